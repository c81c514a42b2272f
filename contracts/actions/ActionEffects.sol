// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ICorporateActions} from "../interfaces/ICorporateActions.sol";
import {HalfUp} from "../libraries/HalfUp.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {SetCalls} from "../netting/SetCalls.sol";
import {Account} from "../types/Account.sol";
import {Custody} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {ActionKind, CorporateAction} from "../types/CorporateAction.sol";
import {Instrument, Kind} from "../types/Instrument.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Holding, NettingSet, SetId} from "../types/NettingSet.sol";
import {Life, Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";

/// @title ActionEffects
/// @notice What a corporate action does to a trade and to a netting set. See {ICorporateActions}.
abstract contract ActionEffects is SetCalls {
    using SafeCast for *;

    function _catchUpOne(TradeId id, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        if (terms.isNetted()) {
            return _requireNoAction(_setId(trade_), terms.loanInstrument(), date);
        }
        Life storage life = _lives[id];
        BusinessDate since = trade_.account.lastMarked();
        if (life.caughtUpTo > since) since = life.caughtUpTo;
        bool isNeeded = _hasAction(terms.loanInstrument(), since, date);
        Position[] memory positions = _basket(trade_);
        for (uint256 i = 0; i < positions.length; ++i) {
            isNeeded = isNeeded || _hasAction(positions[i].instrument, since, date);
        }
        if (!isNeeded) return;
        life.caughtUpTo = date;
        _actOnLoan(id, since, date);
        _actOnBasket(id, since, date);
    }

    // ------------------------------------------------------------------ the loan

    /// @dev Actions on what is lent, later than `since` and up to `date`; one that repays it is the last.
    function _actOnLoan(TradeId id, BusinessDate since, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        uint24 instrument = _marginTerms(trade_).loanInstrument();
        CorporateAction[] storage actions = _actions[instrument];
        for (uint256 i = _firstAfter(actions, since); i < actions.length; ++i) {
            CorporateAction memory action = actions[i];
            if (action.date > date) return;
            uint96 quantity = trade_.account.loanQuantity();
            if (action.kind == ActionKind.Income) {
                address borrower = trade_.borrower;
                _oweIncome(
                    id,
                    action,
                    borrower,
                    _payIncome(id, action, instrument, quantity, borrower, trade_.lender)
                );
            } else {
                _exchangeLoan(id, action, instrument, quantity);
                if (action.kind == ActionKind.Redemption) return;
            }
        }
    }

    function _exchangeLoan(
        TradeId id,
        CorporateAction memory action,
        uint24 instrument,
        uint96 before
    ) private {
        Trade storage trade_ = _trades[id];
        SharedTerms storage shared = _sharedTerms[trade_.account.marginTermsIndex()];
        MarginTerms terms = shared.margin;
        if (terms.accrues()) {
            _owe(id, _interest(trade_, before, terms, action.date));
            (trade_.valuedOn, trade_.accruesFrom) = (action.date, action.date);
        }
        (uint24 successor, uint96 quantity) = _successor(action, instrument, before);
        Account account = trade_.account;
        _forbidEarlierMarks(trade_, action.date);
        trade_.account = trade_.account.withLoan(quantity)
            .withMarginTerms(_sharedTermsIndex(terms.withLoan(successor), shared.agreement));
        if (account.hasFailed()) trade_.account = trade_.account.withFailure();
        emit ICorporateActions.Exchanged(
            id, action.date, _token(instrument), before, _token(successor), quantity
        );
    }

    // ------------------------------------------------------------------ the basket

    function _actOnBasket(TradeId id, BusinessDate since, BusinessDate date) private {
        Position[] memory positions = _basket(_trades[id]);
        for (uint256 i = 0; i < positions.length; ++i) {
            CorporateAction[] storage actions = _actions[positions[i].instrument];
            for (uint256 j = _firstAfter(actions, since); j < actions.length; ++j) {
                CorporateAction memory action = actions[j];
                if (action.date > date) break;
                if (action.kind == ActionKind.Income) {
                    _payCollateralIncome(id, action, positions[i]);
                    continue;
                }
                _exchangePosition(id, action, positions[i]);
                _forbidEarlierMarks(_trades[id], action.date);
                if (action.kind == ActionKind.Redemption) break;
            }
        }
        _setBasket(_trades[id], _merged(positions));
    }

    function _payCollateralIncome(
        TradeId id,
        CorporateAction memory action,
        Position memory position
    ) private {
        Trade storage trade_ = _trades[id];
        bool isHeld = _isSegregated(trade_);
        address payer = isHeld ? action.agent : trade_.lender;
        uint256 missed =
            _payIncome(id, action, position.instrument, position.quantity, payer, trade_.borrower);
        _oweIncome(id, action, payer, missed);
    }

    function _exchangePosition(TradeId id, CorporateAction memory action, Position memory position)
        private
    {
        uint96 before = position.quantity;
        uint24 instrument = position.instrument;
        (uint24 successor, uint96 quantity) = _successor(action, instrument, before);
        (position.instrument, position.quantity) = (successor, quantity);
        if (successor != instrument) position.haircutBps = 0;
        emit ICorporateActions.Exchanged(
            id, action.date, _token(instrument), before, _token(successor), quantity
        );
        if (_isSegregated(_trades[id])) {
            _exchangeHeld(action, instrument, before, successor, quantity);
        }
    }

    /// @dev The escrow's own tokens against the agent's.
    function _exchangeHeld(
        CorporateAction memory action,
        uint24 instrument,
        uint256 before,
        uint24 successor,
        uint256 quantity
    ) private {
        (address self, address agent) = (address(this), action.agent);
        if (instrument != successor) {
            TokenMoves.move(_token(instrument), self, agent, before);
            TokenMoves.move(_token(successor), agent, self, quantity);
        } else if (quantity > before) {
            TokenMoves.move(_token(instrument), agent, self, quantity - before);
        } else {
            TokenMoves.move(_token(instrument), self, agent, before - quantity);
        }
    }

    /// @dev Positions of the same instrument become one: a redeemed bond beside its cash.
    function _merged(Position[] memory positions) private pure returns (Position[] memory merged) {
        uint256 size;
        for (uint256 i = 0; i < positions.length; ++i) {
            uint256 at = _find(positions, size, positions[i].instrument);
            if (at < size) {
                positions[at].quantity += positions[i].quantity;
                continue;
            }
            positions[size] = positions[i];
            ++size;
        }
        merged = new Position[](size);
        for (uint256 i = 0; i < size; ++i) {
            merged[i] = positions[i];
        }
    }

    // ------------------------------------------------------------------ a netting set

    /// @dev Actions on what a set holds; its trades' loans have been taken out of it. What is missed of an income is due
    /// with `paying`.
    function _actOnHoldings(SetId id, TradeId paying, BusinessDate since, BusinessDate date)
        internal
    {
        NettingSet storage set = _sets[id];
        uint256 size = set.holdings.length;
        for (uint256 i = 0; i < size; ++i) {
            CorporateAction[] storage actions = _actions[set.holdings[i].instrument];
            for (uint256 j = _firstAfter(actions, since); j < actions.length; ++j) {
                CorporateAction memory action = actions[j];
                if (action.date > date) break;
                _actOnSide(id, paying, action, i, true);
                _actOnSide(id, paying, action, i, false);
            }
        }
    }

    function _actOnSide(
        SetId id,
        TradeId paying,
        CorporateAction memory action,
        uint256 at,
        bool forFirst
    ) private {
        NettingSet storage set = _sets[id];
        Holding storage holding = set.holdings[at];
        uint96 before = _heldFor(holding, forFirst).toUint96();
        if (before == 0) return;
        uint24 instrument = holding.instrument;
        TradeId tradeless = TradeId.wrap(id.unwrap());
        (address secured, address giver) =
            forFirst ? (set.first, set.second) : (set.second, set.first);
        if (action.kind == ActionKind.Income) {
            address payer = _isTitle(set) ? secured : action.agent;
            uint256 missed = _payIncome(tradeless, action, instrument, before, payer, giver);
            _oweIncome(paying, action, payer, missed);
            return;
        }
        (uint24 successor, uint96 quantity) = _successor(action, instrument, before);
        emit ICorporateActions.Exchanged(
            tradeless, action.date, _token(instrument), before, _token(successor), quantity
        );
        if (!_isTitle(set)) _exchangeHeld(action, instrument, before, successor, quantity);
        _setHeldFor(holding, forFirst, 0);
        Holding storage into = successor == instrument ? holding : _holding(id, successor);
        _setHeldFor(into, forFirst, _heldFor(into, forFirst) + quantity);
        if (forFirst) into.givenBySecond = true;
        else into.givenByFirst = true;
    }

    // ------------------------------------------------------------------ amounts

    /// @dev What `before` of a security becomes.
    function _successor(CorporateAction memory action, uint24 instrument, uint96 before)
        private
        view
        returns (uint24, uint96)
    {
        if (action.kind == ActionKind.Split) {
            return
                (instrument, Math.mulDiv(before, action.numerator, action.denominator).toUint96());
        }
        uint256 per100 = _instrument(instrument).kind == Kind.Bond ? 100 : 1;
        return (
            action.cash,
            Math.mulDiv(
                    uint256(before) * action.numerator,
                    10 ** _instrument(action.cash).decimals,
                    10 ** (8 + uint256(_instrument(instrument).decimals)) * per100
                ).toUint96()
        );
    }

    function _payIncome(
        TradeId id,
        CorporateAction memory action,
        uint24 instrument,
        uint256 quantity,
        address payer,
        address receiver
    ) private returns (uint256 missed) {
        uint256 income = HalfUp.mulDivRoundHalfUp(
            quantity * action.numerator,
            10 ** _instrument(action.cash).decimals,
            10 ** (8 + uint256(_instrument(instrument).decimals))
        );
        if (income == 0) return 0;
        address cash = _token(action.cash);
        uint256 paid = TokenMoves.moveAvailable(cash, payer, receiver, income, 1);
        if (paid > 0) {
            emit ICorporateActions.IncomePaid(
                id, action.date, _token(instrument), payer, receiver, cash, paid
            );
        }
        missed = income - paid;
        if (missed == 0) return 0;
        emit ICorporateActions.IncomeMissed(
            id, action.date, _token(instrument), payer, receiver, cash, missed
        );
    }

    /// @dev Income that a party did not pay is due at the close, where there is a rate token to pay it in.
    function _oweIncome(TradeId id, CorporateAction memory action, address payer, uint256 missing)
        private
    {
        if (missing == 0) return;
        Trade storage trade_ = _trades[id];
        bool byBorrower = payer == trade_.borrower;
        if (!byBorrower && payer != trade_.lender) return;
        MarginTerms terms = _marginTerms(trade_);
        uint24 index = terms.rateInstrument();
        if (index == 0) return;
        if (index != action.cash) {
            Instrument storage cash = _instrument(action.cash);
            Instrument storage token = _instrument(index);
            try FIXINGS.rate(cash.currency, token.currency, action.date) returns (
                uint64 numerator, uint64 denominator
            ) {
                missing = Math.mulDiv(
                    missing * numerator,
                    10 ** token.decimals,
                    uint256(denominator) * 10 ** cash.decimals,
                    Math.Rounding.Ceil
                );
            } catch {
                return; // no rate of that date: the event alone tells
            }
        }
        _owe(id, byBorrower ? missing.toInt256() : -missing.toInt256());
    }

    /// @dev Adds to what is due at the close.
    function _owe(TradeId id, int256 quantity) private {
        _lives[id].due += quantity.toInt128();
        _trades[id].account = _trades[id].account.withFailure();
    }

    // ------------------------------------------------------------------ small things

    /// @dev Whether there is an action later than `since` and up to `date`.
    function _hasAction(uint24 instrument, BusinessDate since, BusinessDate date)
        internal
        view
        returns (bool)
    {
        CorporateAction[] storage actions = _actions[instrument];
        uint256 first = _firstAfter(actions, since);
        return first < actions.length && !(actions[first].date > date);
    }

    /// @dev Where the actions later than `since` begin; the list is in order of dates.
    function _firstAfter(CorporateAction[] storage actions, BusinessDate since)
        private
        view
        returns (uint256 first)
    {
        first = actions.length;
        while (first > 0 && actions[first - 1].date > since) --first;
    }

    function _isSegregated(Trade storage trade_) internal view returns (bool) {
        MarginTerms terms = _marginTerms(trade_);
        return terms.custody() == Custody.Segregated && !terms.isNetted();
    }
}
