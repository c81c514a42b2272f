// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {NettingSet, SetId} from "../types/NettingSet.sol";
import {TradeId} from "../types/TradeId.sol";
import {IEscrowErrors} from "./IEscrowErrors.sol";

/// @title Netting sets
/// @notice All trades of two parties under one agreement with netting, whichever of the two lends, margin as one account.
/// Its values are seen from the first party (the lower address): what the second owes it counts as positive.
///
/// - required = sum of (loan + accrued) x ratio over the trades, those that the second party lends with a minus;
///   collateral = what is held for the first party less what is held for the second, after haircuts.
/// - exposure = required - collateral. Positive: the second party owes the call, negative: the first.
/// - One call moves when |exposure| > threshold x |required| and >= the minimum transfer amount. What is held of the
///   other party's for the one that owes the call goes back first, pro rata by value, in whole lots rounded down; what
///   that does not meet, the one that owes it delivers, pro rata by value of what it has given, rounded up; if nothing
///   of that is left, in the first token that it ever gave.
/// - A trade's basket joins the set when it opens. When a trade closes, its loan and interest go back; its basket stays
///   until the set's mark returns what is too much, or the last trade closes and everything goes back.
/// - The penalty on a set's deficits is due with the next of its trades that ends, in that trade's rate token and by its
///   day count. Only loans can be bought in: what is held goes back by a cure or the close-out.
/// - A party by title that cannot give back what it holds when the last trade ends is late with it as lender of that trade.
/// - Levels of call and return, and the order of a basket, do not count in a set.
/// - A change of a netted trade moves no basket; Reprice, Substitute and Novate are not possible.
/// - Interest of the set counts per trade and day with 18 decimals, rounded up; what is paid at a close is exact.
interface INettingSets is IEscrowErrors {
    /// @notice The set was valued, from the first party's side; 18 decimals, rounded toward zero.
    event SetMarked(
        SetId indexed id,
        BusinessDate date,
        int256 loanE18,
        int256 requiredE18,
        int256 collateralE18
    );

    /// @notice A trade came into the set.
    event Joined(SetId indexed id, TradeId indexed trade, BusinessDate date);

    /// @notice A trade left the set.
    event Left(SetId indexed id, TradeId indexed trade, BusinessDate date);

    /// @notice `party` got back `quantity` that it had given.
    event SetReturned(
        SetId indexed id, BusinessDate date, address indexed party, address token, uint256 quantity
    );

    /// @notice `party` delivered `quantity`.
    event SetDelivered(
        SetId indexed id, BusinessDate date, address indexed party, address token, uint256 quantity
    );

    /// @notice `party` did not deliver or give back `missing` that was called.
    event SetDeficit(
        SetId indexed id, BusinessDate date, address indexed party, address token, uint256 missing
    );

    /// @notice What `party` owed of the last call was delivered by `payer`.
    event SetCured(SetId indexed id, BusinessDate date, address indexed payer);

    /// @notice `party` is in default: nothing of the set moves any more until it is closed out.
    event SetDefaulted(SetId indexed id, BusinessDate date, address indexed party);

    /// @notice `party` kept `quantity` that was held for its claim.
    event SetKept(
        SetId indexed id, BusinessDate date, address indexed party, address token, uint256 quantity
    );

    /// @notice All trades of the set ended: `claimE18` is what the second party owed the first for loans, interest and
    /// penalties (negative: was owed), the others are what was held. After that `residual` smallest units of `token`
    /// were owed by the second (negative: by the first), of which `paid` moved.
    event SetClosedOut(
        SetId indexed id,
        BusinessDate date,
        int256 claimE18,
        uint256 heldForFirstE18,
        uint256 heldForSecondE18,
        address token,
        int256 residual,
        uint256 paid
    );

    /// @notice There is no open trade in the set.
    error EmptySet(SetId id);

    /// @notice Business dates of a set only go forward, and each is marked once.
    error SetAlreadyMarked(SetId id, BusinessDate lastMarked, BusinessDate date);

    /// @notice A party of the set is in default.
    error SetInDefault(SetId id);

    /// @notice Nobody of the set is in default.
    error SetNotInDefault(SetId id);

    /// @notice The set has as many tokens as it can.
    error TooManyTokens(SetId id, uint256 most);

    /// @notice Only one of the set's two parties can be meant.
    error NotInSet(SetId id, address found);

    /// @notice The escrow holds less of the token for that party of the set.
    error SetNotHeld(SetId id, address token, uint256 found, uint256 needed);

    /// @notice The trade is not under an agreement with netting.
    error NotNetted(TradeId id);

    /// @notice There is no such failure in the set, or it has not lasted for the days of cure.
    error SetNotFailed(SetId id);

    /// @notice The list is not all open trades of the set, each once, in ascending order.
    error NotAllTrades(SetId id, uint256 found, uint256 needed);

    /// @notice Values sets at the fixings of `date` and moves their calls. Anyone may call. Reverts with DateInFuture.
    /// What goes wrong with one set is emitted as `Failed` with its identity: EmptySet, SetAlreadyMarked, SetInDefault,
    /// WorthlessBasket, ActionPending, or the fixings' errors.
    function markSets(SetId[] calldata ids, BusinessDate date) external;

    /// @notice Carries out again what the last mark called in vain, at its fixings; the caller delivers in the place of
    /// who failed. Anyone may call. Reverts with DateInFuture, DatePassed, SetInDefault, SetNotFailed, MarkFirst,
    /// ActionPending, WorthlessBasket, NotMet, the fixings' or the token's error.
    function cureSet(SetId id, BusinessDate date) external;

    /// @notice The caller declares the other party in default, whose deficit has lasted for the days of cure, or which is
    /// late with the leg of `trade`, an open trade of the set. Parties with the right {Verb} Default in that trade.
    /// Reverts with NotAParty, NotEntitled, SetNotFailed, SetInDefault, NotNetted, WrongStatus, DateInFuture, DatePassed.
    function declareSetDefault(TradeId trade, BusinessDate date) external;

    /// @notice Ends all trades of a set in default: claims of both parties are summed at the fixings of `date`, who has
    /// one left keeps of what is held for it what that is worth (without haircuts, rounded for who is not in default),
    /// everything else goes back to who gave it, and one residual is paid in the rate token of the first trade named that
    /// has one, as far as its debtor has it. Anyone may call.
    /// Reverts with SetNotInDefault, NotAllTrades, DateInFuture, DatePassed, AlreadyMarked, ActionPending, the fixings' or
    /// the token's error.
    function closeOutSet(SetId id, TradeId[] calldata trades, BusinessDate date) external;

    /// @notice The set that a trade belongs to; reverts with NotNetted.
    function setOf(TradeId id) external view returns (SetId);

    /// @notice The set as it stands; all zero where it never had a trade.
    function nettingSet(SetId id) external view returns (NettingSet memory);
}

/// @notice What the escrow asks of {NettingSets} for one trade or set; nobody else can.
interface INettingParts {
    /// @notice The trade, if it is open, becomes part of its set; a set without a trade gives everything back.
    function join(TradeId id, BusinessDate date) external;

    /// @notice The trade's loan and interest do not count in its set any more.
    function leave(TradeId id, BusinessDate date) external;

    /// @notice `markSets` for one.
    function markOne(SetId id, BusinessDate date) external;
}
