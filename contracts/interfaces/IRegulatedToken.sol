// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC7943Fungible} from "./IERC7943Fungible.sol";

/// @title RegulatedToken
/// @notice What an issuer's law asks of a security: only eligible holders, amounts frozen for a court or a pledge, a
/// halt, a transfer by force, and tokens back whose key is lost. Adds to {IERC7943Fungible} what that leaves open.
///
/// Rules of every transfer, issue and redemption, in the order in which they are checked:
/// 1. the token is not paused, or EnforcedPause;
/// 2. who sends (or redeems) is eligible, or ERC7943CannotSend;
/// 3. who receives (or is issued to) is eligible, or ERC7943CannotReceive;
/// 4. who sends has the quantity, or ERC20InsufficientBalance;
/// 5. and has it unfrozen, or ERC7943InsufficientUnfrozenBalance.
/// Each refusal has its own error, so ERC7943CannotTransfer is never one. `forcedTransfer` and `recover` are bound by 3
/// and 4 only. Allowances and permits can be given at any time.
///
/// All that the enforcer may call reverts with AccessManagedUnauthorized for anybody else. An escrow holds tokens like
/// anybody: a register must admit it, and what is forced out of it or frozen there is missing from its trades.
interface IRegulatedToken is IERC7943Fungible {
    /// @notice From now on `registry` says who may hold the token; the zero address: everybody.
    event EligibilitySet(address indexed registry);

    /// @notice `account` paused the token.
    event Paused(address account);

    /// @notice `account` ended the pause.
    event Unpaused(address account);

    /// @notice All that `lost` had, `quantity`, is `replacement`'s now, and as much of it is frozen.
    event Recovered(address indexed lost, address indexed replacement, uint256 quantity);

    /// @notice Nothing moves while the token is paused.
    error EnforcedPause();

    /// @notice The token is not paused.
    error ExpectedPause();

    /// @notice `registry` does not answer `isEligible`.
    error NotARegistry(address registry);

    /// @notice Tokens cannot be forced from `holder` to itself.
    error SameHolder(address holder);

    /// @notice Lets `registry` ({IEligibility}) say who may hold the token, at once and also of who holds it already; the
    /// zero address: everybody may. Enforcer only. Reverts with NotARegistry where it does not answer.
    function setEligibility(address registry) external;

    /// @notice Stops transfers, issue and redemption. Enforcer only. Reverts with EnforcedPause where they are stopped.
    function pause() external;

    /// @notice Ends the pause. Enforcer only. Reverts with ExpectedPause where there is none.
    function unpause() external;

    /// @notice Moves everything from a holder who has lost the key to the holder's new address: the whole balance, and
    /// the frozen amount on top of what is frozen there (at most all that a word holds). Also while paused, and whether
    /// or not `lost` may send. Enforcer only. What reaches `lost` afterwards, such as the legs of its trades, takes
    /// another call; freeze or exclude it meanwhile.
    /// Reverts, in this order, with ERC20InvalidSender or ERC20InvalidReceiver (the zero address), SameHolder, or
    /// ERC7943CannotReceive.
    function recover(address lost, address replacement) external;

    /// @notice The register that says who may hold the token; zero where everybody may.
    function eligibility() external view returns (address);

    /// @notice Whether the token is paused.
    function paused() external view returns (bool);
}
