// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MockToken} from "./MockToken.sol";

/// @title FeeToken
/// @notice Keeps one unit of each transfer.
contract FeeToken is MockToken(0) {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (hostile && from != address(0) && to != address(0)) super._update(to, address(0), 1);
    }
}
