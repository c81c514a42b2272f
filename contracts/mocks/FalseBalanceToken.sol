// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {MockToken} from "./MockToken.sol";

/// @title FalseBalanceToken
/// @notice Reports balances that fall when tokens come in.
contract FalseBalanceToken is MockToken(0) {
    /// @inheritdoc ERC20
    function balanceOf(address holder) public view override returns (uint256) {
        uint256 balance = super.balanceOf(holder);
        return hostile ? type(uint256).max - balance : balance;
    }
}
