// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {MockToken} from "./MockToken.sol";

/// @title BlindToken
/// @notice Cannot tell a balance.
contract BlindToken is MockToken(0) {
    /// @notice Nobody knows what `holder` has.
    error Unreadable(address holder);

    /// @inheritdoc ERC20
    function balanceOf(address holder) public view override returns (uint256) {
        if (hostile) revert Unreadable(holder);
        return super.balanceOf(holder);
    }
}
