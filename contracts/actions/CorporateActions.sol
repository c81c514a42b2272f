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
import {NettingSet, SetId} from "../types/NettingSet.sol";
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

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _;
    }

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
        _requireStatus(id, _trades[id].account.status(), Status.Open);
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
        if (trades.length != set.trades) {
            revert INettingSets.NotAllTrades(id, trades.length, set.trades);
        }
        BusinessDate since = set.caughtUpTo > set.lastMarked ? set.caughtUpTo : set.lastMarked;
        bool isNeeded;
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            isNeeded = isNeeded || _hasAction(set.holdings[i].instrument, since, date);
        }
        if (!isNeeded) return;
        bool isInDefault = set.isInDefault;
        set.isInDefault = false; // or its trades could neither leave nor join
        bytes32 last;
        for (uint256 i = 0; i < trades.length; ++i) {
            bool isNext = TradeId.unwrap(trades[i]) > last;
            last = TradeId.unwrap(trades[i]);
            Trade storage trade_ = _trades[trades[i]];
            if (
                !isNext || trade_.account.status() != Status.Open
                    || _setId(trade_).unwrap() != id.unwrap()
            ) revert INettingSets.NotAllTrades(id, i, trades.length);
            INettingParts(address(this)).leave(trades[i], date);
            _actOnLoan(trades[i], since, date);
        }
        _actOnHoldings(id, since, date);
        set.caughtUpTo = date;
        _forbidEarlierSetMarks(set, date);
        for (uint256 i = 0; i < trades.length; ++i) {
            INettingParts(address(this)).join(trades[i], date);
        }
        set.isInDefault = isInDefault;
    }

    /// @inheritdoc ICorporateActions
    function bookSeizure(TradeId id, address token, uint96 quantity, TradeId[] calldata trades)
        external
        restricted
    {
        uint24 instrument = _listed(token);
        uint256 booked = _booked(id, instrument, trades);
        uint256 balance = IERC20(token).balanceOf(address(this));
        if (booked < balance + quantity) revert NotSeized(token, booked, balance, quantity);
        Trade storage trade_ = _trades[id];
        Position[] memory positions = _basket(trade_);
        uint256 at;
        while (at < positions.length && positions[at].instrument != instrument) ++at;
        uint96 held = at < positions.length ? positions[at].quantity : 0;
        if (held < quantity || held == 0) revert IChanges.NotHeld(id, token, held, quantity);
        positions[at].quantity = held - quantity;
        _setBasket(trade_, positions);
        emit Seized(id, token, quantity);
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

    /// @dev What segregated trades hold of a token; `id` must be among them.
    function _booked(TradeId id, uint24 instrument, TradeId[] calldata trades)
        private
        view
        returns (uint256 booked)
    {
        bool isNamed;
        bytes32 last;
        for (uint256 i = 0; i < trades.length; ++i) {
            Trade storage trade_ = _trades[trades[i]];
            bool isNext = TradeId.unwrap(trades[i]) > last;
            last = TradeId.unwrap(trades[i]);
            Status status = trade_.account.status();
            bool isLive = status == Status.Open || status == Status.Defaulted;
            if (!isNext || !isLive || !_isSegregated(trade_)) {
                revert INettingSets.NotAllTrades(SetId.wrap(last), i, trades.length);
            }
            isNamed = isNamed || last == TradeId.unwrap(id);
            Position[] memory positions = _basket(trade_);
            for (uint256 j = 0; j < positions.length; ++j) {
                if (positions[j].instrument == instrument) booked += positions[j].quantity;
            }
        }
        if (!isNamed) revert INettingSets.NotAllTrades(SetId.wrap(TradeId.unwrap(id)), 0, 1);
    }
}
