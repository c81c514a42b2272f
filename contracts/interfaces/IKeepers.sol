// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {TradeId} from "../types/TradeId.sol";
import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title Keepers
/// @notice The daily cycle: exchange, mark with its margin call, return. Whoever calls decides no price and no quantity,
/// and of dates only what the functions say.
///
/// Batches: all take many trades. What goes wrong with one is emitted as `Failed` with the error as data, leaves that
/// trade as it was, and touches no other. Calling again is harmless.
interface IKeepers is IEscrowErrors {
    /// @notice Both legs moved.
    event Opened(TradeId indexed id, BusinessDate date);

    /// @notice A trade was valued; see {ValuationE18}. Exposure is required less collateral; what the required value
    /// divided by the ratio has above the loan is accrued interest.
    event Marked(
        TradeId indexed id,
        BusinessDate date,
        uint256 loanE18,
        uint256 requiredE18,
        uint256 collateralE18
    );

    /// @notice A margin call returned `quantity` of the basket to the borrower.
    event Returned(TradeId indexed id, BusinessDate date, address token, uint256 quantity);

    /// @notice The borrower delivered `quantity` into the basket for a margin call.
    event Delivered(TradeId indexed id, BusinessDate date, address token, uint256 quantity);

    /// @notice A margin call could not be met: `party` did not deliver `missing` of `token`. {IFailures} says what follows.
    event Deficit(
        TradeId indexed id, BusinessDate date, address indexed party, address token, uint256 missing
    );

    /// @notice Both legs went back; of a netted trade only the loan, see {INettingSets}. `interest`, with penalties and all
    /// else that was due, was paid by the borrower (negative: by the lender) in the rate token.
    event Closed(TradeId indexed id, BusinessDate date, int256 interest);

    /// @notice `action` (its selector) failed for one trade of a batch; `reason` is the error's data.
    event Failed(TradeId indexed id, BusinessDate date, bytes4 indexed action, bytes reason);

    /// @notice The trade had ended before it could open.
    error Ended(TradeId id, uint40 end);

    /// @notice The trade margins, and is closed out, with its netting set.
    error Netted(TradeId id);

    /// @notice Exchanges the two legs of approved trades; a netted one joins its set. Anyone may call.
    /// Reverts with DateInFuture or DatePassed. Per trade fails with WrongStatus, Expired, TooEarly, Ended, NotReceived, the
    /// token's error, or, where there is a rate, the fixings' errors for the loan on that date: interest counts on its
    /// value at the start. A netted trade also with SetInDefault, HaircutDiffers, TooManyTokens or ActionPending.
    /// @param ids trades, each on its own.
    /// @param date the business date on which they open: from the latest with fixings to today.
    function settle(TradeId[] calldata ids, BusinessDate date) external;

    /// @notice Values open trades at the fixings of `date`, collateral after its haircuts, and moves the margin calls;
    /// before that it carries out what issuers have declared up to `date` (see {ICorporateActions}) and counts the penalty
    /// on what an earlier call missed. Anyone may call.
    ///
    /// A call moves only when collateral is below `callBelow` or above `returnAbove` of loan and interest (where the terms
    /// leave those at 0: when it differs from the required value), when |exposure| > threshold x required, and when it is
    /// >= the minimum transfer amount. It then restores the required value to within one lot: the basket moves pro rata by
    /// value, or token after token where the agreement has the order of the terms. Quantities that secure the lender round
    /// up, quantities that go back round down. What a party cannot deliver is a `Deficit`; what it can deliver moves.
    /// Reverts with DateInFuture. Per trade fails with WrongStatus, Netted, AlreadyMarked, ValueTooLarge, WorthlessBasket,
    /// the fixings' errors, or, of a security that its issuer exchanges, the token's error.
    function mark(TradeId[] calldata ids, BusinessDate date) external;

    /// @notice Returns both legs of open trades whose end has come, and pays interest and what else is due, without another
    /// mark; first come the actions that issuers have declared up to `date`. Anyone may call; an open-term trade closes
    /// when one of its parties calls.
    /// Reverts with DateInFuture or DatePassed. Per trade fails with WrongStatus, TooEarly, NotAParty, AlreadyMarked (on a
    /// date before the last that was marked), NotReceived, the fixings' or the token's error. A netted trade also with
    /// SetInDefault or ActionPending.
    /// @param date the business date on which they close, and to which interest counts: from the latest with fixings to
    /// today.
    function close(TradeId[] calldata ids, BusinessDate date) external;
}
