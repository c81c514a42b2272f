// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Status} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Terms} from "../types/Terms.sol";
import {TradeView} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {IInstruments} from "./IInstruments.sol";

/// @notice What a trade is worth on a business date, in its valuation currency with 18 decimals, rounded down (toward
/// zero). Divided by 1e18 and rounded half up it gives the figures of JSF (2023), sample transaction.
struct ValuationE18 {
    uint256 loanE18; // market value of the loan leg
    int256 accruedE18; // interest owed so far by the borrower (negative: by the lender)
    uint256 requiredE18; // (loan + accrued) x ratio
    uint256 collateralE18; // market value of the basket
}

/// @title Escrow
/// @notice The one contract that owns the state of all trades. A trade is registered by one party and approved by the
/// other (or booked with both signatures), then lives by itself: `settle` exchanges the two legs in one transaction,
/// `mark` values it once a business date and moves the margin call, `close` returns everything. Those three need no
/// role: whoever calls them (a keeper) decides no price and no quantity, and of dates only what `settle`, `mark` and
/// `close` say.
///
/// Assumptions
/// - Each party has given this contract an ERC-20 allowance for what it must deliver. The contract pulls only what
///   terms that the party approved entitle it to.
/// - Listed tokens keep balances that only transfers change. A token that reverts, returns false, takes a fee, lies
///   about a transfer, re-enters or burns gas harms the trades that name it and no others.
/// - Fixings are right; {IFixings} says who publishes them.
/// - While a call's tokens move, `trade` and `basket` still show what was before it; nothing can act on an open trade
///   then.
///
/// Batches: `settle`, `mark` and `close` take many trades. What goes wrong with one is emitted as `Failed` with the
/// error as data, leaves that trade as it was, and touches no other. Calling again is harmless.
interface IEscrow is IInstruments {
    // ------------------------------------------------------------------ events

    /// @notice A trade was booked, by the proposer or with both signatures. All that an indexer needs of it.
    event Registered(
        TradeId indexed id, address indexed lender, address indexed borrower, Terms terms
    );

    /// @notice `party` approved the terms.
    event Approved(TradeId indexed id, address indexed party);

    /// @notice `party` withdrew or rejected the terms; they can never be approved any more.
    event Withdrawn(TradeId indexed id, address indexed party);

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

    /// @notice A margin call could not be met: `party` did not deliver `missing` of `token`.
    event Deficit(
        TradeId indexed id, BusinessDate date, address indexed party, address token, uint256 missing
    );

    /// @notice Both legs went back. `interest` was paid by the borrower (negative: by the lender) in the rate token.
    event Closed(TradeId indexed id, BusinessDate date, int256 interest);

    /// @notice `action` (its selector) failed for one trade of a batch; `reason` is the error's data.
    event Failed(TradeId indexed id, BusinessDate date, bytes4 indexed action, bytes reason);

    // ------------------------------------------------------------------ errors

    /// @notice Only a party of the trade may call this.
    error NotAParty(TradeId id, address caller);

    /// @notice The approval of the other party is missing; the proposer cannot give it.
    error AlreadyApprovedBy(TradeId id, address caller);

    /// @notice The trade is not where this call needs it.
    error WrongStatus(TradeId id, Status found, Status needed);

    /// @notice These terms have been booked or withdrawn before.
    error AlreadyBooked(TradeId id, Status found);

    /// @notice The time for approval and opening is over: neither party holds an option on the other for longer.
    error Expired(uint256 expiry, uint256 now_);

    /// @notice `signature` is not `party`'s over `id`.
    error BadSignature(TradeId id, address party);

    /// @notice Lender and borrower must be two different accounts. One that can neither call nor sign never approves.
    error BadParties(address lender, address borrower);

    /// @notice A leg must have a quantity.
    error ZeroQuantity(address token);

    /// @notice A basket has 1 to 8 tokens.
    error BadBasketSize(uint256 found, uint256 most);

    /// @notice A token may stand in a trade once.
    error DuplicateToken(address token);

    /// @notice A ratio is above zero.
    error ZeroRatio();

    /// @notice A threshold is at most the whole required value.
    error ThresholdTooHigh(uint16 found, uint16 most);

    /// @notice A trade cannot end before it starts.
    error EndsBeforeStart(uint40 start, uint40 end);

    /// @notice A rate needs a cash token and a day count of 360 or 365; a rate of zero needs neither.
    error BadRate(int40 rateE9, address rateToken, uint16 dayCountBasis);

    /// @notice It is too early for this.
    error TooEarly(uint40 found, uint40 needed);

    /// @notice The trade had ended before it could open.
    error Ended(TradeId id, uint40 end);

    /// @notice The business date has not begun (UTC).
    error DateInFuture(BusinessDate date, BusinessDate today);

    /// @notice Trades open and close on no business date before the latest that has fixings.
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

    /// @notice The transaction has too little gas left to tell a failing trade from a starved one; nothing was done.
    error InsufficientGas(uint256 found, uint256 needed);

    // ------------------------------------------------------------------ consent

    /// @notice Proposes a trade; the caller is one of its parties and thereby approves it.
    /// Reverts with NotAParty, AlreadyBooked, Expired, NotListed, or what is wrong with the terms.
    /// @return id the EIP-712 digest of the terms.
    function register(Terms calldata terms) external returns (TradeId id);

    /// @notice Approves a proposal; the caller is the other party. From here the trade binds both.
    /// Reverts with WrongStatus, NotAParty, AlreadyApprovedBy, Expired.
    function approve(TradeId id) external;

    /// @notice Withdraws or rejects terms that are not approved by both, also terms signed but not yet booked. Parties
    /// only. The same terms can never be booked afterwards. Reverts with NotAParty, AlreadyBooked.
    function withdraw(Terms calldata terms) external;

    /// @notice Books a trade that both parties signed (EIP-712; EOA or ERC-1271). Anyone may relay.
    /// Reverts as `register` does, or with BadSignature.
    /// @return id the EIP-712 digest that was signed.
    function relay(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature
    ) external returns (TradeId id);

    /// @notice `relay` and `settle` in one transaction: both happen or neither does. Anyone may call. Reverts as they do,
    /// and with what `settle` reports per trade.
    function open(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature,
        BusinessDate date
    ) external returns (TradeId id);

    // ------------------------------------------------------------------ keepers

    /// @notice Exchanges the two legs of approved trades. Anyone may call.
    /// Reverts with DateInFuture or DatePassed. Per trade fails with WrongStatus, Expired, TooEarly, Ended, NotReceived, the
    /// token's error, or, where there is a rate, the fixings' errors for the loan on that date: interest counts on its
    /// value at the start.
    /// @param ids trades, each on its own.
    /// @param date the business date on which they open: from the latest with fixings to today.
    function settle(TradeId[] calldata ids, BusinessDate date) external;

    /// @notice Values open trades at the fixings of `date` and moves the margin calls. Anyone may call.
    /// A call moves only when |exposure| > threshold x required and >= the minimum transfer amount; it then restores
    /// the required value to within one lot of each token, the basket moving pro rata by value: quantities that secure
    /// the lender round up, quantities that go back round down. What a party cannot deliver is a `Deficit`; what it can
    /// deliver moves. Reverts with DateInFuture. Per trade fails with WrongStatus, AlreadyMarked, ValueTooLarge, WorthlessBasket, or the fixings'
    /// errors.
    function mark(TradeId[] calldata ids, BusinessDate date) external;

    /// @notice Returns both legs of open trades whose end has come, and pays the interest, without another mark. Anyone
    /// may call; an open-term trade closes when one of its parties calls.
    /// Reverts with DateInFuture or DatePassed. Per trade fails with WrongStatus, TooEarly, NotAParty, AlreadyMarked (on a
    /// date before the last that was marked), NotReceived, the
    /// fixings' or the token's error.
    /// @param date the business date on which they close, and to which interest counts: from the latest with fixings to
    /// today.
    function close(TradeId[] calldata ids, BusinessDate date) external;

    // ------------------------------------------------------------------ reading

    /// @notice The digest that both parties sign, and the trade's identity.
    function tradeIdOf(Terms calldata terms) external view returns (TradeId);

    /// @notice The trade as it stands; all zero where it was never booked.
    function trade(TradeId id) external view returns (TradeView memory);

    /// @notice The basket: tokens and what is held of each.
    function basket(TradeId id)
        external
        view
        returns (address[] memory tokens, uint256[] memory quantities);

    /// @notice What the trade is worth at the fixings of `date`, before any call of that date.
    function valuation(TradeId id, BusinessDate date) external view returns (ValuationE18 memory);
}
