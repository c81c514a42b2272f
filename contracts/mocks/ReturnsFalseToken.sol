// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {MockToken} from "./MockToken.sol";

/// @title ReturnsFalseToken
/// @notice Returns false instead of moving.
contract ReturnsFalseToken is MockToken(0) {
    /// @inheritdoc ERC20
    function transfer(address to, uint256 value) public override returns (bool) {
        return !hostile && super.transfer(to, value);
    }

    /// @inheritdoc ERC20
    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return !hostile && super.transferFrom(from, to, value);
    }
}
