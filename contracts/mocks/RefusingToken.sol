// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MockToken} from "./MockToken.sol";

/// @title RefusingToken
/// @notice Reverts when told to.
contract RefusingToken is MockToken(0) {
    /// @notice `from` may not move `value` to `to`.
    error Refused(address from, address to, uint256 value);

    function _update(address from, address to, uint256 value) internal override {
        if (hostile) revert Refused(from, to, value);
        super._update(from, to, value);
    }
}
