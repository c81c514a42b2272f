// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MockToken} from "./MockToken.sol";

/// @title ReturnBombToken
/// @notice Reverts with as much data as its gas allows.
contract ReturnBombToken is MockToken(0) {
    uint256 private constant BOMB = 800_000;

    function _update(address from, address to, uint256 value) internal override {
        if (hostile) {
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                revert(0, BOMB)
            }
        }
        super._update(from, to, value);
    }
}
