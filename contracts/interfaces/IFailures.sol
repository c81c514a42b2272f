// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {TradeId} from "../types/TradeId.sol";
import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title Failures
/// @notice When a party does not deliver. A call that is not met leaves a deficit, which the next met call or a cure
/// ends. A party that cannot give what the close takes from it is late from when anybody has noted it until the close.
///
/// Penalty interest counts on the value that is missing: (value x rate x calendar days) / basis, in the rate token at
/// the FX of the date, rounded half up. It is counted at each further mark, at a cure, a buy-in, a default and the close
/// (nowhere where the agreement has no penalty rate) and paid with the interest at the close.
///
/// After the agreement's days of cure anybody may buy in what is missing, and the other party may declare default;
/// then anybody may close out.
interface IFailures is IEscrowErrors {
    /// @notice Penalty interest of `penalty` smallest units of the rate token was added to what `party` owes.
    event Charged(TradeId indexed id, BusinessDate date, address indexed party, uint256 penalty);

    /// @notice `party` withholds its leg, worth `missingE6` in the valuation currency, rounded up: the borrower the loan, a
    /// lender the basket that it holds by title (after haircuts; of a set, what it holds of that) and what it owes of
    /// interest.
    event Late(TradeId indexed id, BusinessDate date, address indexed party, uint128 missingE6);

    /// @notice `payer` delivered what the last mark had called in vain. The tokens precede as `Delivered` or `Returned`.
    event Cured(TradeId indexed id, BusinessDate date, address indexed payer);

    /// @notice `seller` delivered `quantity` of `token` in the place of `party`, which paid `cost` smallest units of the
    /// rate token for it.
    event BoughtIn(
        TradeId indexed id,
        BusinessDate date,
        address indexed party,
        address seller,
        address token,
        uint256 quantity,
        uint256 cost
    );

    /// @notice `party` is in default: the trade is neither marked nor closed any more, only closed out.
    event Defaulted(TradeId indexed id, BusinessDate date, address indexed party);

    /// @notice A lender kept `quantity` of the basket for its claim.
    event Kept(TradeId indexed id, BusinessDate date, address token, uint256 quantity);

    /// @notice The trade ended with the lender's claim set against the basket, at the fixings of `date` and without
    /// haircuts, both rounded toward zero. `claimE18` is loan, interest and penalty; `collateralE18` what the basket was
    /// worth. What the lender kept and the borrower got back precedes as `Kept` and `Returned`; beyond that `residual`
    /// smallest units of the rate token (rounded half up; 0 without one) were owed by the borrower (negative: by the
    /// lender), of which `paid` moved.
    event ClosedOut(
        TradeId indexed id,
        BusinessDate date,
        int256 claimE18,
        uint256 collateralE18,
        int256 residual,
        uint256 paid
    );

    /// @notice There is no such failure of `party`, or it has not lasted for the days of cure.
    error NotFailed(TradeId id, address party);

    /// @notice The agreement gives the caller no right to this.
    error NotEntitled(TradeId id, address caller);

    /// @notice No more than `most` of the token is missing.
    error TooMuch(TradeId id, address token, uint256 found, uint256 most);

    /// @notice Notes that a party cannot give what the close takes from it, though the end has come: the borrower the loan
    /// or interest, a lender by title a token of the basket (of a set, when its last trade ends), a lender the interest
    /// that it owes. What counts is the balance less what is frozen (ERC-7943), the allowance, and whether the token lets
    /// the holder send. Anyone may call; again is refused.
    /// Reverts with WrongStatus (not open), TooEarly, BadEnd (no end), NotFailed (nobody is short, or it is noted),
    /// DateInFuture, DatePassed, AlreadyMarked (before the last mark or change), ActionPending (netted), or the fixings'
    /// errors: the leg is valued at those of `date`.
    function noteLate(TradeId id, BusinessDate date) external;

    /// @notice Carries out again what the last mark called in vain, at its fixings; the caller delivers in the place of
    /// who failed. Where a change since then has turned the exposure, nothing moves and the deficit ends. Anyone may call.
    /// Reverts with WrongStatus (not open), NotFailed (no deficit), DateInFuture, DatePassed, AlreadyMarked, MarkFirst,
    /// WorthlessBasket, NotMet, InsufficientGas, the fixings' or the token's error: a cure is complete or does not happen.
    function cure(TradeId id, BusinessDate date) external;

    /// @notice The caller sells what a late party has not returned to who should have had it, at the fixings of `date`, and
    /// is paid by the party that failed in the rate token, rounded up. Anyone may call once the days of cure are over.
    /// `token` is the loan token, which a late borrower has not returned (its interest until `date` is then due), or a
    /// token of the basket that a late lender by title has not returned. Who should have had it may be the seller, who
    /// has bought it elsewhere: then only the cost moves. What is still missing is valued anew at the fixings of `date`.
    /// Reverts with DateInFuture, DatePassed, WrongStatus, AlreadyMarked, NotFailed, NotListed, TooMuch, BadRate (no rate token),
    /// NotReceived, the fixings' or the token's error; for a netted trade also SetInDefault or ActionPending.
    function buyIn(TradeId id, address token, uint96 quantity, BusinessDate date) external;

    /// @notice The caller declares the other party in default: one whose deficit, or whose leg not returned at the end,
    /// has lasted for the days of cure. Parties only, with the right {Verb} Default. Reverts with WrongStatus,
    /// NotAParty, NotEntitled, NotFailed, Netted, DateInFuture, DatePassed, AlreadyMarked, or the fixings' errors.
    function declareDefault(TradeId id, BusinessDate date) external;

    /// @notice Ends a trade in default: the lender keeps of the basket what its claim (loan, interest and penalty) is
    /// worth at the fixings of `date`, the borrower gets the rest (from a lender by title as far as it has it) and keeps
    /// what was lent to it; what one then still
    /// owes the other is one residual in the rate token, taken from its balance as far as it goes. Rounding is for the
    /// party that is not in default. Anyone may call.
    /// Reverts with WrongStatus (not in default), DateInFuture, DatePassed, AlreadyMarked, the fixings' or the token's
    /// error.
    function closeOut(TradeId id, BusinessDate date) external;
}
