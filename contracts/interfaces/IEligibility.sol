// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IEligibility
/// @notice Who may hold a token: the one question that tokens ask of a register of holders.
interface IEligibility {
    /// @notice Whether `holder` may send and receive. Must not revert: tokens take that for a no.
    function isEligible(address holder) external view returns (bool);
}
