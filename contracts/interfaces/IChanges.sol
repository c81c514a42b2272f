// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {Change} from "../types/Change.sol";
import {TradeId} from "../types/TradeId.sol";
import {Verb} from "../types/Verb.sol";
import {IChangeConsent} from "./IChangeConsent.sol";

/// @title Changes
/// @notice What happens to a live trade by its parties' will. Both agree on one {Change}, by transaction or signature;
/// then anybody may have it made. A party that the agreement entitles to a verb makes it alone (of novations, only its
/// own leaving). What moves, moves in the
/// same transaction, exactly, or nothing happens. Dates before that of a change are not marked any more.
///
/// - PartialReturn: `quantity` of the loan, less than all, goes back. Its interest until then is paid, and each token of
///   the basket goes back in the same share, in whole lots rounded down.
/// - Recall: the trade ends at `end`: on or after the business date of the change, and before its present end. Alone,
///   not sooner than the agreement's notice, counted from that business date.
/// - Terminate: the trade closes now, as `close` would at its end.
/// - Extend: the trade ends at `end`, after its present one.
/// - Rerate: interest until now is paid, and runs on at `rateE9` on the same value.
/// - Reprice: interest until now is paid, and runs on on the loan's value of the date. Where the loan is cash, its
///   quantity becomes what the basket supports (basket value / ratio, rounded down to its smallest unit), and the
///   difference moves. Otherwise a margin call brings the exposure to nothing, whatever threshold and minimum.
/// - Substitute: `outgoing` goes back to the borrower and `incoming` comes into the basket, each named with its haircut,
///   which is the basket's where that has the token. Afterwards the basket is worth the required value, or at least as
///   much as before, compared with 18 decimals. Alone, only tokens that the basket has already.
/// - Increase: `quantity` more of the loan is lent, and each token of the basket is delivered in the same share, in whole
///   lots rounded up. Interest until now is paid, and runs on on the whole loan's value of the date.
/// - Novate: `to` takes the place of the party `from`; all three agree. What a lender holds by title goes from one to
///   the other. `to` must have given the escrow its allowances.
/// - Correct: the trade is undone: both legs go back as they stand, without interest and penalties.
interface IChanges is IChangeConsent {
    /// @notice A change was made. What it moved in the basket follows as `Returned` and `Delivered`, a trade's end as
    /// `Closed`.
    event Changed(TradeId indexed id, Verb indexed verb, BusinessDate date, Change change);

    /// @notice Interest until `date` was paid by the borrower (negative: by the lender) in the rate token.
    event Paid(TradeId indexed id, BusinessDate date, int256 interest);

    /// @notice The loan is `quantity` from now on.
    event LoanChanged(TradeId indexed id, BusinessDate date, uint256 quantity);

    /// @notice `party` has not agreed, and no right of the other replaces that.
    error NotAgreed(TradeId id, address party, bytes32 digest);

    /// @notice The verb cannot be used like this.
    error BadChange(TradeId id, Verb verb);

    /// @notice A part of the loan is less than all of it.
    error NotAPart(TradeId id, uint96 found, uint96 whole);

    /// @notice The new end is on the wrong side of `limit`.
    error BadEnd(TradeId id, uint40 found, uint40 limit);

    /// @notice The basket does not hold so much of the token.
    error NotHeld(TradeId id, address token, uint256 found, uint256 needed);

    /// @notice The basket would be worth too little; 18 decimals, in the valuation currency.
    error Undercollateralised(TradeId id, uint256 foundE18, uint256 neededE18);

    /// @notice A call that a change makes was not met.
    error NotMet(TradeId id);

    /// @notice Makes a change, once both parties have agreed; the caller agrees by calling. Anyone may call.
    /// Reverts with DateInFuture, DatePassed, WrongStatus (not open), WrongNumber, Expired, AlreadyMarked (before the
    /// last mark), NotAgreed, AgreementRetracted, what the verb refuses (BadChange, NotAPart, BadEnd, ZeroQuantity,
    /// NotHeld, Undercollateralised, NotMet, BadRate, BadParties, BadBasketSize, DuplicateToken, HaircutTooHigh,
    /// HaircutDiffers, NotListed, WorthlessBasket; of a netted trade SetInDefault, ActionPending), NotReceived, the fixings' or the token's
    /// error.
    /// @param date the business date of the change: from the latest with fixings to today.
    function make(Change calldata change, BusinessDate date) external;
}
