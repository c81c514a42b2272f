// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MockToken} from "./MockToken.sol";

/// @title BurningToken
/// @notice Burns all the gas that it gets when told to.
contract BurningToken is MockToken(0) {
    function _update(address from, address to, uint256 value) internal override {
        if (hostile) {
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                invalid()
            }
        }
        super._update(from, to, value);
    }
}
