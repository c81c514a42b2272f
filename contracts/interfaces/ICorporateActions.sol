// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {ActionKind, CorporateAction} from "../types/CorporateAction.sol";
import {SetId} from "../types/NettingSet.sol";
import {TradeId} from "../types/TradeId.sol";
import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title Corporate actions
/// @notice What issuers do to securities that are lent or held as collateral. An action is declared before its date's
/// fixings. From then on everything that happens to a trade first carries out the actions of its securities up to that
/// date: nobody can be too late, and nothing is done twice.
///
/// - Income on a lent security: the borrower pays it to the lender. On collateral: a lender by title pays it to the
///   borrower; for what the escrow holds the issuer's agent pays it to the borrower. Quantity x income, rounded half up,
///   in the CT that the action names. What a party does not pay is added to what is due at the close, at the FX of the
///   date, of a netting set's holdings with the first of its trades that has a rate token; without one or an FX rate of
///   the date, and of an agent, the event alone tells of it.
/// - Split: quantities become x numerator / denominator, rounded down. What the escrow holds is exchanged with the agent.
/// - Redemption: a bond (quantity x price / 100) or other security becomes its CT, rounded down, with no haircut; in the
///   basket exchanged with the agent, in the loan as what the borrower must give back from then on.
/// - After a split or redemption of the loan, interest so far is due at the close, and runs on on the loan's value of the
///   action's date.
/// - In a netting set all of its open trades are caught up together, and the set is not marked before.
interface ICorporateActions is IEscrowErrors {
    /// @notice The issuer's agent declared an action on `token`.
    event Declared(
        address indexed token,
        BusinessDate indexed date,
        ActionKind kind,
        address cash,
        uint64 numerator,
        uint64 denominator,
        address agent
    );

    /// @notice Income of `quantity` smallest units of `cash` on `token` was paid to `receiver`.
    event IncomePaid(
        TradeId indexed id,
        BusinessDate date,
        address token,
        address payer,
        address receiver,
        address cash,
        uint256 quantity
    );

    /// @notice `payer` did not pay `missing` smallest units of that income.
    event IncomeMissed(
        TradeId indexed id,
        BusinessDate date,
        address token,
        address indexed payer,
        address receiver,
        address cash,
        uint256 missing
    );

    /// @notice A trade's `before` of `token` became `quantity` of `successor`, which a split leaves the same.
    event Exchanged(
        TradeId indexed id,
        BusinessDate date,
        address indexed token,
        uint256 before,
        address successor,
        uint256 quantity
    );

    /// @notice The issuer took `quantity` of a trade's basket out of the escrow by a forced transfer.
    event Seized(TradeId indexed id, address indexed token, uint256 quantity);

    /// @notice The issuer took `quantity` of what a netting set holds for `secured` out of the escrow.
    event SetSeized(
        SetId indexed id, address indexed secured, address indexed token, uint256 quantity
    );

    /// @notice The date has no fixings yet: actions of it can still be declared.
    error NotFixed(BusinessDate date, BusinessDate latest);

    /// @notice What issuers did since the last mark must be marked before a cure. `id` is the trade's or the set's.
    error MarkFirst(bytes32 id);

    /// @notice Actions on a token are declared in the order of their dates, each later than the fixings that are out.
    error TooLate(address token, BusinessDate date, BusinessDate latest);

    /// @notice The action does not say what its kind needs.
    error BadAction(ActionKind kind, address token);

    /// @notice An action on `token` must be carried out for all trades of the set first, by `catchUpSet`.
    error ActionPending(SetId id, address token);

    /// @notice The escrow holds nothing for the trade or set of that identity, or it was not named in ascending order.
    error NotAHolder(bytes32 id);

    /// @notice The escrow is not short of so much of the token: who was named holds `booked`, it has `balance`.
    error NotSeized(address token, uint256 booked, uint256 balance, uint256 quantity);

    /// @notice Declares an action; the caller is its agent and must give the escrow the allowances that it needs. Token
    /// administrator only. Reverts with NotListed, TooLate, BadAction.
    /// @param token the security.
    /// @param date for who holds it then: later than the latest fixings.
    /// @param cash the CT that is paid; the zero address for a split.
    /// @param numerator see {CorporateAction}.
    /// @param denominator of a split; otherwise 0.
    function declare(
        address token,
        BusinessDate date,
        ActionKind kind,
        address cash,
        uint64 numerator,
        uint64 denominator
    ) external;

    /// @notice Carries out what is declared on an open trade's securities up to `date`, as everything else does before
    /// it begins. Anyone may call. Reverts with NotFixed, WrongStatus, or a token's error.
    function catchUp(TradeId id, BusinessDate date) external;

    /// @notice The same for a netting set: all its open trades, each once, in ascending order, and what it holds. Anyone
    /// may call. Reverts with NotFixed, EmptySet, NotAllTrades, or a token's error.
    function catchUpSet(SetId id, TradeId[] calldata trades, BusinessDate date) external;

    /// @notice Books a forced transfer out of the escrow: `quantity` of `token` leaves the basket of trade `id`, whose
    /// next mark calls the shortfall. Token administrator only, and only as far as the escrow is in fact short: what it
    /// holds for `trades` (segregated, not netted) and `sets` (segregated), each once and in ascending order, is more of
    /// the token than it has. Reverts with ZeroQuantity, NotListed, NotAHolder, NotSeized,
    /// NotHeld.
    function bookSeizure(
        TradeId id,
        address token,
        uint96 quantity,
        TradeId[] calldata trades,
        SetId[] calldata sets
    ) external;

    /// @notice The same out of what a netting set holds for its party `secured`. Reverts with ZeroQuantity,
    /// NotListed, NotAHolder, NotSeized, NotInSet, SetNotHeld.
    function bookSetSeizure(
        SetId id,
        address secured,
        address token,
        uint96 quantity,
        TradeId[] calldata trades,
        SetId[] calldata sets
    ) external;

    /// @notice What is declared on a token, in order.
    function actionsOf(address token) external view returns (CorporateAction[] memory);
}

/// @notice What the escrow asks of {CorporateActions} for one trade; nobody else can.
interface ICorporateParts {
    /// @notice `catchUp` for one trade.
    function catchUpOne(TradeId id, BusinessDate date) external;
}
