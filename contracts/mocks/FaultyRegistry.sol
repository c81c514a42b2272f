// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title FaultyRegistry
/// @notice Everybody is eligible until it is told to say something else.
contract FaultyRegistry {
    bytes private _answer = abi.encode(true);
    bool private _fails;

    /// @notice From now on says `answer`, by a revert where it `fails`.
    function set(bytes calldata answer, bool fails) external {
        (_answer, _fails) = (answer, fails);
    }

    /// @notice Answers with whatever bytes it was given.
    function isEligible(address) external view {
        (bytes memory answer, bool fails) = (_answer, _fails);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            if fails { revert(add(answer, 0x20), mload(answer)) }
            return(add(answer, 0x20), mload(answer))
        }
    }
}
