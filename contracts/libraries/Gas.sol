// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IEscrowErrors} from "../interfaces/IEscrowErrors.sol";

/// @title Gas
/// @notice Tells what fails from what is starved.
library Gas {
    /// @notice Reverts with InsufficientGas unless `needed` can be handed on to a call: one with less gets what is left,
    /// and would fail for that alone.
    function requireLeft(uint256 needed) internal view {
        uint256 found = gasleft();
        // All but one 64th can be handed on (EIP-150); the rest must do for an event.
        if (found < needed + needed / 63 + 10_000) {
            revert IEscrowErrors.InsufficientGas(found, needed);
        }
    }
}
