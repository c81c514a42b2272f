// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Status} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {TradeId} from "../types/TradeId.sol";

/// @title Errors of the escrow
/// @notice What more than one part of the escrow refuses with.
interface IEscrowErrors {
    /// @notice Only a party of the trade may call this.
    error NotAParty(TradeId id, address caller);

    /// @notice The trade is not where this call needs it.
    error WrongStatus(TradeId id, Status found, Status needed);

    /// @notice The time is over: nobody holds an option on another for longer.
    error Expired(uint256 expiry, uint256 now_);

    /// @notice `signature` is not `party`'s over `digest`.
    error BadSignature(bytes32 digest, address party);

    /// @notice Lender and borrower must be two different accounts. One that can neither call nor sign never approves.
    error BadParties(address lender, address borrower);

    /// @notice A leg must have a quantity.
    error ZeroQuantity(address token);

    /// @notice A basket has 1 to 20 tokens.
    error BadBasketSize(uint256 found, uint256 most);

    /// @notice A token may stand in a trade once.
    error DuplicateToken(address token);

    /// @notice A haircut leaves something of the value.
    error HaircutTooHigh(address token, uint16 found);

    /// @notice The trade, or the set, `id` counts the token with another haircut.
    error HaircutDiffers(bytes32 id, address token, uint16 found, uint16 needed);

    /// @notice A rate or penalty needs a cash token, which goes with a day count of 360 or 365.
    error BadRate(int40 rateE9, address rateToken, uint16 dayCountBasis);

    /// @notice It is too early for this.
    error TooEarly(uint40 found, uint40 needed);

    /// @notice The business date has not begun (UTC).
    error DateInFuture(BusinessDate date, BusinessDate today);

    /// @notice Trades open, change and close on no business date before the latest that has fixings.
    error DatePassed(BusinessDate date, BusinessDate latest);

    /// @notice Business dates of a trade only go forward, and each is marked once.
    error AlreadyMarked(TradeId id, BusinessDate lastMarked, BusinessDate date);

    /// @notice A value does not fit: its exact fraction needs more than 226 bits.
    error ValueTooLarge(TradeId id);

    /// @notice The basket is worth nothing, so no quantity of it meets a call.
    error WorthlessBasket(TradeId id);

    /// @notice The receiver did not get what was sent.
    error NotReceived(address token, address receiver, uint256 found, uint256 needed);

    /// @notice The contract calls this of itself only, to contain what fails.
    error OnlySelf(address caller);

    /// @notice There is no such function.
    error UnknownFunction(bytes4 found);

    /// @notice The transaction has too little gas left to tell a failing trade from a starved one; nothing was done.
    error InsufficientGas(uint256 found, uint256 needed);
}
