// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Book} from "../book/Book.sol";
import {IChanges} from "../interfaces/IChanges.sol";
import {ICorporateActions, ICorporateParts} from "../interfaces/ICorporateActions.sol";
import {IFixings} from "../interfaces/IFixings.sol";
import {INettingParts, INettingSets} from "../interfaces/INettingSets.sol";
import {Status} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {ActionKind, CorporateAction} from "../types/CorporateAction.sol";
import {Instrument, Kind} from "../types/Instrument.sol";
import {Holding, NettingSet, SetId} from "../types/NettingSet.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {ActionEffects} from "./ActionEffects.sol";

/// @title CorporateActions
/// @notice What issuers do to securities: see {ICorporateActions}, which is the manual. The escrow runs this code on its
/// own storage; called by itself this contract has no trades.
contract CorporateActions is
    ICorporateActions,
    ICorporateParts,
    ActionEffects,
    ReentrancyGuardTransient
{
    using SafeCast for uint256;

    constructor(address authority, IFixings fixings) Book(authority, fixings) {}

    /// @inheritdoc ICorporateActions
    function declare(
        address token,
        BusinessDate date,
        ActionKind kind,
        address cash,
        uint64 numerator,
        uint64 denominator
    ) external restricted {
        uint24 index = _listed(token);
        Instrument storage instrument = _instrument(index);
        BusinessDate latest = FIXINGS.latest();
        if (!(date > latest)) revert TooLate(token, date, latest);
        if (date < instrument.lastAction) revert TooLate(token, date, instrument.lastAction);
        uint24 cashIndex = cash == address(0) ? 0 : _listed(cash);
        bool isPaid = kind != ActionKind.Split;
        if (
            numerator == 0 || (denominator == 0) != isPaid || (cashIndex == 0) == isPaid
                || instrument.kind == Kind.Cash
                || (isPaid && _instrument(cashIndex).kind != Kind.Cash)
        ) revert BadAction(kind, token);
        instrument.lastAction = date;
        _actions[index].push(
            CorporateAction(date, kind, cashIndex, numerator, denominator, msg.sender)
        );
        emit Declared(token, date, kind, cash, numerator, denominator, msg.sender);
    }

    /// @inheritdoc ICorporateActions
    function catchUp(TradeId id, BusinessDate date) external nonReentrant {
        _requireFixed(date);
        _requireOpen(id, _trades[id].account);
        _catchUpOne(id, date);
    }

    /// @inheritdoc ICorporateParts
    function catchUpOne(TradeId id, BusinessDate date) external onlySelf {
        _catchUpOne(id, date);
    }

    /// @inheritdoc ICorporateActions
    function catchUpSet(SetId id, TradeId[] calldata trades, BusinessDate date)
        external
        nonReentrant
    {
        NettingSet storage set = _sets[id];
        _requireFixed(date);
        if (set.trades == 0) revert INettingSets.EmptySet(id);
        _requireAll(id, trades);
        BusinessDate since = _doneUntil(set);
        bool isNeeded;
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            isNeeded = isNeeded || _hasAction(set.holdings[i].instrument, since, date);
        }
        if (!isNeeded) return;
        bool isInDefault = set.isInDefault;
        set.isInDefault = false; // or its trades could neither leave nor join
        for (uint256 i = 0; i < trades.length; ++i) {
            INettingParts(address(this)).leave(trades[i], date);
            _actOnLoan(trades[i], since, date);
        }
        _actOnHoldings(id, _paying(trades), since, date);
        set.caughtUpTo = date;
        _forbidEarlierSetMarks(set, date);
        for (uint256 i = 0; i < trades.length; ++i) {
            INettingParts(address(this)).join(trades[i], date);
        }
        set.isInDefault = isInDefault;
    }

    /// @inheritdoc ICorporateActions
    function bookSeizure(
        TradeId id,
        address token,
        uint96 quantity,
        TradeId[] calldata trades,
        SetId[] calldata sets
    ) external restricted {
        _requireSeized(token, quantity, trades, sets);
        Trade storage trade_ = _trades[id];
        if (!_isHeld(trade_)) revert IChanges.NotHeld(id, token, 0, quantity);
        uint24 instrument = _listed(token);
        Position[] memory positions = _basket(trade_);
        uint256 at = _find(positions, positions.length, instrument);
        uint96 held = at < positions.length ? positions[at].quantity : 0;
        if (held < quantity) revert IChanges.NotHeld(id, token, held, quantity);
        positions[at].quantity = held - quantity;
        _setBasket(trade_, positions);
        emit Seized(id, token, quantity);
    }

    /// @inheritdoc ICorporateActions
    function bookSetSeizure(
        SetId id,
        address secured,
        address token,
        uint96 quantity,
        TradeId[] calldata trades,
        SetId[] calldata sets
    ) external restricted {
        _requireSeized(token, quantity, trades, sets);
        NettingSet storage set = _sets[id];
        bool forFirst = secured == set.first;
        if (!forFirst && secured != set.second) revert INettingSets.NotInSet(id, secured);
        Holding storage holding = _holding(id, _listed(token));
        uint256 held = _isTitle(set) ? 0 : _heldFor(holding, forFirst);
        if (held < quantity) {
            revert INettingSets.SetNotHeld(id, token, held, quantity);
        }
        _setHeldFor(holding, forFirst, held - quantity);
        emit SetSeized(id, secured, token, quantity);
    }

    /// @inheritdoc ICorporateActions
    function actionsOf(address token) external view returns (CorporateAction[] memory) {
        return _actions[_listed(token)];
    }

    /// @dev Until a date has fixings an action of it can still be declared.
    function _requireFixed(BusinessDate date) private view {
        BusinessDate latest = FIXINGS.latest();
        if (date > latest) revert NotFixed(date, latest);
    }

    /// @dev The escrow has less of the token than the trades and sets named hold, by `quantity` at the least.
    function _requireSeized(
        address token,
        uint96 quantity,
        TradeId[] calldata trades,
        SetId[] calldata sets
    ) private view {
        if (quantity == 0) revert ZeroQuantity(token);
        uint24 instrument = _listed(token);
        uint256 booked = _heldByTrades(instrument, trades) + _heldBySets(instrument, sets);
        uint256 balance = IERC20(token).balanceOf(address(this));
        if (booked < balance + quantity) revert NotSeized(token, booked, balance, quantity);
    }

    function _heldByTrades(uint24 instrument, TradeId[] calldata trades)
        private
        view
        returns (uint256 booked)
    {
        for (uint256 i = 0; i < trades.length; ++i) {
            bool isNext = i == 0 || trades[i] > trades[i - 1];
            if (!isNext || !_isHeld(_trades[trades[i]])) revert NotAHolder(trades[i].unwrap());
            Position[] memory positions = _basket(_trades[trades[i]]);
            uint256 at = _find(positions, positions.length, instrument);
            if (at < positions.length) booked += positions[at].quantity;
        }
    }

    function _heldBySets(uint24 instrument, SetId[] calldata sets)
        private
        view
        returns (uint256 booked)
    {
        for (uint256 i = 0; i < sets.length; ++i) {
            NettingSet storage set = _sets[sets[i]];
            bool isNext = i == 0 || sets[i].unwrap() > sets[i - 1].unwrap();
            if (!isNext || set.holdings.length == 0 || _isTitle(set)) {
                revert NotAHolder(sets[i].unwrap());
            }
            for (uint256 j = 0; j < set.holdings.length; ++j) {
                Holding storage holding = set.holdings[j];
                if (holding.instrument != instrument) continue;
                booked += _heldFor(holding, true) + _heldFor(holding, false);
            }
        }
    }

    /// @dev Whether the escrow holds the trade's basket, for that trade alone.
    function _isHeld(Trade storage trade_) private view returns (bool) {
        Status status = trade_.account.status();
        return (status == Status.Open || status == Status.Defaulted) && _isSegregated(trade_);
    }
}
