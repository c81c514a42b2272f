// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Quorum
/// @notice How many feeders must have signed a value. A feeder is who has the role at that moment: the signature of one
/// that has lost it does not count, unless it gets the role back. A feeder can withdraw what it has signed until there
/// are enough.
interface IQuorum {
    /// @notice A feeder's signature was kept until there are enough.
    event Signed(bytes32 indexed digest, address indexed feeder);

    /// @notice A feeder's signature no longer counts, whoever brings it.
    event Withdrawn(bytes32 indexed digest, address indexed feeder);

    /// @notice The numbers of signatures needed changed.
    event QuorumSet(uint8 quorum, uint8 outlierQuorum);

    /// @notice At least one signature is needed, and for an outlier no fewer.
    error BadQuorum(uint8 quorum, uint8 outlierQuorum);

    /// @notice The signer does not have the feeders' role.
    error NotAFeeder(address found);

    /// @notice The signature is not the feeder's, or not of this, here and on this chain.
    error BadFeederSignature(bytes32 digest, address feeder);

    /// @notice The feeder has withdrawn its signature; it alone can bring it again.
    error SignatureWithdrawn(bytes32 digest, address feeder);

    /// @notice Withdraws the caller's signature of what has this digest, also one that nobody has brought yet. Anybody;
    /// of an account that is no feeder it means nothing. What is published already stays so.
    function withdraw(bytes32 digest) external;

    /// @notice Sets how many feeders must sign a value, and an outlier. Administrator only. Who is a feeder is a matter of
    /// the role. A quorum that is larger than the number of feeders stops all publication.
    function setQuorum(uint8 quorum_, uint8 outlierQuorum_) external;

    /// @notice Signatures that a value needs.
    function quorum() external view returns (uint8);

    /// @notice Signatures that an outlier needs.
    function outlierQuorum() external view returns (uint8);

    /// @notice Whose signatures count for what has this digest, as long as it waits.
    function signersOf(bytes32 digest) external view returns (address[] memory);
}
