// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IERC7943Fungible} from "../interfaces/IERC7943Fungible.sol";
import {IEscrowErrors} from "../interfaces/IEscrowErrors.sol";
import {Gas} from "./Gas.sol";

/// @title TokenMoves
/// @notice Moves tokens for the calling contract, out of its own balance or by allowance, and believes only what the
/// receiver then holds: tokens that return false, return nothing, take a fee or lie included.
library TokenMoves {
    using SafeERC20 for IERC20;

    /// @dev Gas that a token gets at the least when a call moves it, so that nobody can make a party's delivery fail by
    /// sending too little.
    uint256 private constant MOVE_GAS = 250_000;

    /// @notice Moves exactly `quantity`, or reverts with NotReceived or the token's error.
    function move(address token, address from, address to, uint256 quantity) internal {
        if (quantity == 0) return;
        uint256 before = IERC20(token).balanceOf(to);
        if (from == address(this)) IERC20(token).safeTransfer(to, quantity);
        // `from` is a party that terms oblige, or who calls.
        // slither-disable-next-line arbitrary-send-erc20
        else IERC20(token).safeTransferFrom(from, to, quantity);
        uint256 received = IERC20(token).balanceOf(to) - before;
        if (received != quantity) revert IEscrowErrors.NotReceived(token, to, received, quantity);
    }

    /// @notice Moves `quantity`, or what `from` can deliver of it in whole lots.
    /// @return moved 0 where the token does not let it.
    function moveAvailable(address token, address from, address to, uint256 quantity, uint256 lot)
        internal
        returns (uint256 moved)
    {
        if (_tryMove(token, from, to, quantity)) return quantity;
        if (from == address(this)) return 0;
        uint256 most = available(token, from);
        if (most >= quantity) return 0;
        // Whole lots: what the division drops is meant to be dropped.
        // slither-disable-next-line divide-before-multiply
        most = most / lot * lot;
        return most > 0 && _tryMove(token, from, to, most) ? most : 0;
    }

    /// @notice What the calling contract could take from `holder`: its balance, less what is frozen, as far as the
    /// allowance goes; nothing where the token says that it may not send.
    function available(address token, address holder) internal view returns (uint256) {
        if (!_maySend(token, holder)) return 0;
        return Math.min(_unfrozen(token, holder), IERC20(token).allowance(holder, address(this)));
    }

    /// @dev False only where a token knows ERC-7943 and says so.
    function _maySend(address token, address holder) private view returns (bool) {
        (bool knows, uint256 answer) =
            _ask(token, abi.encodeCall(IERC7943Fungible.canSend, (holder)));
        return !knows || answer != 0;
    }

    /// @dev What `holder` can send of its balance, where the token knows ERC-7943's frozen amounts.
    function _unfrozen(address token, address holder) private view returns (uint256) {
        uint256 balance = IERC20(token).balanceOf(holder);
        (bool knows, uint256 frozen) =
            _ask(token, abi.encodeCall(IERC7943Fungible.getFrozenTokens, (holder)));
        return knows ? balance - Math.min(balance, frozen) : balance;
    }

    /// @dev Asks what a token need not know.
    function _ask(address token, bytes memory question)
        private
        view
        returns (bool knows, uint256 answer)
    {
        // The second word would be of a longer answer.
        // slither-disable-next-line unused-return
        (bool success, bytes32 word,) = LowLevelCall.staticcallReturn64Bytes(token, question);
        return (success && LowLevelCall.returnDataSize() == 32, uint256(word));
    }

    /// @dev Moves exactly `quantity`, or nothing, whatever the token says; reverts where it does neither.
    function _tryMove(address token, address from, address to, uint256 quantity)
        private
        returns (bool)
    {
        Gas.requireLeft(MOVE_GAS);
        uint256 before = IERC20(token).balanceOf(to);
        // What the receiver then holds tells what the token did; it may say what it likes.
        // slither-disable-next-line unused-return
        if (from == address(this)) IERC20(token).trySafeTransfer(to, quantity);
        // As above; `from` is a party that terms oblige, or who calls.
        // slither-disable-next-line unused-return,arbitrary-send-erc20
        else IERC20(token).trySafeTransferFrom(from, to, quantity);
        uint256 received = IERC20(token).balanceOf(to) - before;
        if (received != quantity && received != 0) {
            revert IEscrowErrors.NotReceived(token, to, received, quantity);
        }
        return received != 0;
    }
}
