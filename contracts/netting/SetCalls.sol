// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Baskets} from "../book/Baskets.sol";
import {ICorporateActions} from "../interfaces/ICorporateActions.sol";
import {INettingSets} from "../interfaces/INettingSets.sol";
import {Margin} from "../libraries/Margin.sol";
import {SetValuation, SetWorth} from "../libraries/SetValuation.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Agreement} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {ActionKind, CorporateAction} from "../types/CorporateAction.sol";
import {Instrument} from "../types/Instrument.sol";
import {dayKeyOf, dayOf} from "../types/MarginTerms.sol";
import {Holding, NettingSet, SetId} from "../types/NettingSet.sol";
import {PackedQuote} from "../types/PackedQuote.sol";
import {Failure, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";

/// @title SetCalls
/// @notice What a netting set is worth, and its one call. See {INettingSets}.
abstract contract SetCalls is Baskets {
    using SafeCast for *;

    uint256 private constant MAX_TOKENS = 32;

    /// @dev A price of 0 at a rate of 1.
    PackedQuote private constant NOTHING = PackedQuote.wrap(1 << 128);

    /// @dev A call of a set.
    struct SetCall {
        SetId id;
        BusinessDate date;
        bool byFirst; // who owes it
        address payer; // who delivers: the one that owes it, or who cures
        uint256 exposureE4; // what is still to be met; a numerator
        uint256 missingE4; // what did not move
    }

    // ------------------------------------------------------------------ value

    /// @dev The set at the fixings of `date`.
    function _worth(SetId id, BusinessDate date) internal view returns (SetWorth memory worth) {
        NettingSet storage set = _sets[id];
        uint256 day = dayKeyOf(_agreements[set.agreement].valuationCurrency, date);
        Holding[] memory holdings = set.holdings;
        worth.units = new uint256[](holdings.length);
        PackedQuote[] memory quotes = new PackedQuote[](holdings.length);
        for (uint256 i = 0; i < holdings.length; ++i) {
            _requireNoAction(id, holdings[i].instrument, date);
            quotes[i] = _isRedeemed(holdings[i].instrument, date)
                ? NOTHING
                : _quoteOf(holdings[i].instrument, day);
        }
        SetValuation.value(worth, holdings, quotes);
        int256 accruedE18 =
            set.dailyE18 * uint256(BusinessDate.unwrap(date)).toInt256() - set.dailyFromE18;
        worth.requiredE4 += _signed(
            Math.mulDiv(
                SignedMath.abs(accruedE18), worth.denominator * 1e4, 1e18, Math.Rounding.Ceil
            ),
            accruedE18
        );
    }

    /// @dev No date before `date` is marked any more: quantities are those of `date`, prices would be older.
    function _forbidEarlierSetMarks(NettingSet storage set, BusinessDate date) internal {
        BusinessDate before = BusinessDate.wrap(BusinessDate.unwrap(date) - 1);
        if (before > set.lastMarked) set.lastMarked = before;
    }

    function _quoteOf(uint24 instrument, uint256 day) private view returns (PackedQuote quote) {
        (quote,) = _quote(instrument, day);
    }

    /// @dev Makes the fixings final that a mark of the set uses.
    function _useQuotesOf(NettingSet storage set, uint256 day) private {
        (, BusinessDate date) = dayOf(day);
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            uint24 instrument = set.holdings[i].instrument;
            if (!_isRedeemed(instrument, date)) _useQuote(instrument, day);
        }
    }

    /// @dev What has been repaid has no fixing any more; nothing of it is left.
    function _isRedeemed(uint24 instrument, BusinessDate date) private view returns (bool) {
        CorporateAction[] storage actions = _actions[instrument];
        if (actions.length == 0) return false;
        CorporateAction storage last = actions[actions.length - 1];
        return last.kind == ActionKind.Redemption && !(last.date > date);
    }

    /// @dev Nothing declared on the token up to `date` is still to be done for the set.
    function _requireNoAction(SetId id, uint24 instrument, BusinessDate date) internal view {
        NettingSet storage set = _sets[id];
        BusinessDate since = _doneUntil(set);
        if (!(_instrument(instrument).lastAction > since)) return;
        CorporateAction[] storage actions = _actions[instrument];
        for (uint256 i = actions.length; i > 0 && actions[i - 1].date > since; --i) {
            if (!(actions[i - 1].date > date)) {
                revert ICorporateActions.ActionPending(id, _token(instrument));
            }
        }
    }

    // ------------------------------------------------------------------ mark

    function _mark(SetId id, BusinessDate date) internal {
        NettingSet storage set = _sets[id];
        Agreement storage agreement = _agreements[set.agreement];
        SetWorth memory worth = _worth(id, date);
        _useQuotesOf(set, dayKeyOf(agreement.valuationCurrency, date));
        uint256 denominatorE4 = worth.denominator * 1e4;
        emit INettingSets.SetMarked(
            id,
            date,
            SetValuation.toE18(worth.loan, worth.denominator),
            SetValuation.toE18(worth.requiredE4, denominatorE4),
            SetValuation.toE18(worth.collateralE4, denominatorE4)
        );
        int256 exposureE4 = worth.requiredE4 - worth.collateralE4;
        uint256 size = SignedMath.abs(exposureE4);
        bool moves = size * 1e4 > SignedMath.abs(worth.requiredE4) * agreement.thresholdBps
            && size >= Math.mulDiv(agreement.mtaE6, denominatorE4, 1e6, Math.Rounding.Ceil);
        _chargeSet(set, date);
        Failure memory before = set.deficit;
        delete set.deficit;
        if (!moves || size == 0) return;
        SetCall memory call;
        (call.id, call.date, call.byFirst, call.exposureE4) = (id, date, exposureE4 < 0, size);
        call.payer = call.byFirst ? set.first : set.second;
        _carryOutSet(call, worth);
        if (call.missingE4 == 0) return;
        bool goesOn = BusinessDate.unwrap(before.since) != 0 && before.byLender == call.byFirst;
        set.calledOn = date;
        set.deficit = Failure(
            goesOn ? before.since : date,
            date,
            call.byFirst,
            _toE6RoundUp(call.missingE4, denominatorE4)
        );
    }

    /// @dev First what is held of the other's for the one that owes the call goes back, then that one delivers.
    function _carryOutSet(SetCall memory call, SetWorth memory worth) internal {
        Holding[] storage holdings = _sets[call.id].holdings;
        uint256 returnableE4;
        uint256 givenE4;
        for (uint256 i = 0; i < holdings.length; ++i) {
            returnableE4 += _heldFor(holdings[i], call.byFirst) * worth.units[i];
            givenE4 += _heldFor(holdings[i], !call.byFirst) * worth.units[i];
        }
        uint256 returnedE4 = Math.min(call.exposureE4, returnableE4);
        for (uint256 i = 0; returnedE4 > 0 && i < holdings.length; ++i) {
            _return(call, holdings[i], worth.units[i], returnedE4, returnableE4);
        }
        call.exposureE4 -= returnedE4;
        if (call.exposureE4 == 0) return;
        bool isFresh = givenE4 == 0;
        for (uint256 i = 0; i < holdings.length; ++i) {
            Holding storage holding = holdings[i];
            if (isFresh && (worth.units[i] == 0 || !_hasGiven(holding, call.byFirst))) continue;
            _deliver(call, holding, worth.units[i], givenE4);
            if (isFresh) return;
        }
        if (isFresh) revert WorthlessBasket(TradeId.wrap(call.id.unwrap()));
    }

    function _return(
        SetCall memory call,
        Holding storage holding,
        uint256 unitE4,
        uint256 returnedE4,
        uint256 returnableE4
    ) private {
        uint256 held = _heldFor(holding, call.byFirst);
        Instrument storage instrument = _instrument(holding.instrument);
        uint256 called = returnedE4 == returnableE4
            ? held
            : Margin.returnRoundDown(held, returnedE4, returnableE4, instrument.lot);
        if (called == 0) return;
        NettingSet storage set = _sets[call.id];
        address party = call.byFirst ? set.second : set.first;
        address from = _isTitle(set) ? call.payer : address(this);
        uint256 moved =
            TokenMoves.moveAvailable(instrument.token, from, party, called, instrument.lot);
        _setHeldFor(holding, call.byFirst, held - moved);
        if (moved > 0) {
            emit INettingSets.SetReturned(call.id, call.date, party, instrument.token, moved);
        }
        if (from == address(this)) unitE4 = 0; // nobody's failure
        _miss(call, from, instrument.token, called - moved, unitE4);
    }

    function _deliver(SetCall memory call, Holding storage holding, uint256 unitE4, uint256 givenE4)
        private
    {
        uint256 held = _heldFor(holding, !call.byFirst);
        Instrument storage instrument = _instrument(holding.instrument);
        uint256 called = givenE4 == 0
            ? Margin.deliveryInOrderRoundUp(call.exposureE4, unitE4, instrument.lot)
            : Margin.deliveryRoundUp(held, call.exposureE4, givenE4, instrument.lot);
        if (called == 0) return;
        NettingSet storage set = _sets[call.id];
        address to = _isTitle(set) ? (call.byFirst ? set.second : set.first) : address(this);
        uint256 moved =
            TokenMoves.moveAvailable(instrument.token, call.payer, to, called, instrument.lot);
        _setHeldFor(holding, !call.byFirst, held + moved);
        if (moved > 0) {
            emit INettingSets.SetDelivered(
                call.id, call.date, call.byFirst ? set.first : set.second, instrument.token, moved
            );
        }
        address party = call.byFirst ? set.first : set.second;
        _miss(call, party, instrument.token, called - moved, unitE4);
    }

    /// @dev What `party`, or who cures in its place, did not deliver.
    function _miss(
        SetCall memory call,
        address party,
        address token,
        uint256 missing,
        uint256 unitE4
    ) private {
        if (missing == 0) return;
        call.missingE4 += missing * unitE4;
        emit INettingSets.SetDeficit(call.id, call.date, party, token, missing);
    }

    /// @dev No trade is left: each gets back what it gave.
    function _giveAllBack(SetId id, BusinessDate date) internal {
        NettingSet storage set = _sets[id];
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            Holding storage holding = set.holdings[i];
            _giveBackHeld(id, date, holding, true, holding.heldForFirst);
            _giveBackHeld(id, date, holding, false, holding.heldForSecond);
        }
        delete set.holdings;
        delete set.deficit;
        delete set.missedE6Days;
    }

    function _giveBackHeld(
        SetId id,
        BusinessDate date,
        Holding storage holding,
        bool forFirst,
        uint256 quantity
    ) internal {
        if (quantity == 0) return;
        NettingSet storage set = _sets[id];
        (address holder, address party) =
            forFirst ? (set.first, set.second) : (set.second, set.first);
        address token = _token(holding.instrument);
        _setHeldFor(holding, forFirst, _heldFor(holding, forFirst) - quantity);
        emit INettingSets.SetReturned(id, date, party, token, quantity);
        TokenMoves.move(token, _isTitle(set) ? holder : address(this), party, quantity);
    }

    // ------------------------------------------------------------------ small things

    /// @dev Up to when corporate actions are done.
    function _doneUntil(NettingSet storage set) internal view returns (BusinessDate) {
        return set.caughtUpTo > set.lastMarked ? set.caughtUpTo : set.lastMarked;
    }

    /// @dev The list is all open trades of the set, each once, in ascending order.
    function _requireAll(SetId id, TradeId[] calldata trades) internal view {
        uint256 needed = _sets[id].trades;
        if (trades.length != needed) revert INettingSets.NotAllTrades(id, trades.length, needed);
        TradeId last;
        for (uint256 i = 0; i < needed; ++i) {
            Trade storage trade_ = _trades[trades[i]];
            bool isNext = trades[i] > last;
            last = trades[i];
            if (!isNext || !trade_.account.isOpen() || _setId(trade_).unwrap() != id.unwrap()) {
                revert INettingSets.NotAllTrades(id, i, needed);
            }
        }
    }

    /// @dev The first of the trades that has a rate token, which pays for the set; the first where none has.
    function _paying(TradeId[] calldata trades) internal view returns (TradeId) {
        for (uint256 i = 0; i < trades.length; ++i) {
            if (_marginTerms(_trades[trades[i]]).rateInstrument() != 0) return trades[i];
        }
        return trades[0];
    }

    function _hasGiven(Holding storage holding, bool first) private view returns (bool) {
        return first ? holding.givenByFirst : holding.givenBySecond;
    }

    function _setHeldFor(Holding storage holding, bool first, uint256 quantity) internal {
        if (first) holding.heldForFirst = quantity.toUint96();
        else holding.heldForSecond = quantity.toUint96();
    }

    /// @dev What the set has of a token; a new one where it has none.
    function _holding(SetId setId, uint24 instrument) internal returns (Holding storage) {
        Holding[] storage holdings = _sets[setId].holdings;
        uint256 size = holdings.length;
        for (uint256 i = 0; i < size; ++i) {
            if (holdings[i].instrument == instrument) return holdings[i];
        }
        if (size == MAX_TOKENS) revert INettingSets.TooManyTokens(setId, MAX_TOKENS);
        Holding storage holding = holdings.push();
        holding.instrument = instrument;
        return holding;
    }
}
