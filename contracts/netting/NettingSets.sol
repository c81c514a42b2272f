// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Book} from "../book/Book.sol";
import {IFixings} from "../interfaces/IFixings.sol";
import {INettingParts, INettingSets} from "../interfaces/INettingSets.sol";
import {Accrual} from "../libraries/Accrual.sol";
import {Account} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Holding, NettingSet, SetId} from "../types/NettingSet.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {SetDefaults} from "./SetDefaults.sol";

/// @title NettingSets
/// @notice Trades come into their set and leave it, and it is marked: see {INettingSets}, which is the manual. The escrow
/// runs this code on its own storage; called by itself this contract has no trades.
contract NettingSets is INettingParts, SetDefaults {
    using SafeCast for *;

    constructor(address authority, IFixings fixings) Book(authority, fixings) {}

    /// @inheritdoc INettingParts
    function join(TradeId id, BusinessDate date) external onlySelf {
        Trade storage trade_ = _trades[id];
        SetId setId = _setId(trade_);
        NettingSet storage set = _sets[setId];
        if (!trade_.account.isOpen()) {
            if (set.trades > 0) return;
            _requireCaughtUp(setId, date);
            _giveAllBack(setId, date);
            return;
        }
        if (set.isInDefault) revert INettingSets.SetInDefault(setId);
        if (set.holdings.length == 0) _begin(set, trade_, date);
        ++set.trades;
        emit INettingSets.Joined(setId, id, date);
        _count(setId, trade_, 1);

        bool forFirst = trade_.lender == set.first;
        Position[] memory positions = _basket(trade_);
        for (uint256 i = 0; i < positions.length; ++i) {
            if (positions[i].quantity == 0) continue;
            _hold(setId, positions[i], forFirst);
            positions[i].quantity = 0;
        }
        _setBasket(trade_, positions);
        _requireCaughtUp(setId, date);
        _forbidEarlierSetMarks(set, date);
    }

    /// @inheritdoc INettingParts
    function leave(TradeId id, BusinessDate date) external onlySelf {
        Trade storage trade_ = _trades[id];
        _requireOpen(id, trade_.account);
        SetId setId = _setId(trade_);
        if (_sets[setId].isInDefault) revert INettingSets.SetInDefault(setId);
        --_sets[setId].trades;
        emit INettingSets.Left(setId, id, date);
        _count(setId, trade_, -1);
    }

    /// @inheritdoc INettingParts
    function markOne(SetId id, BusinessDate date) external onlySelf {
        NettingSet storage set = _sets[id];
        if (set.trades == 0) revert INettingSets.EmptySet(id);
        if (set.isInDefault) revert INettingSets.SetInDefault(id);
        if (!(date > set.lastMarked)) {
            revert INettingSets.SetAlreadyMarked(id, set.lastMarked, date);
        }
        _mark(id, date);
        set.lastMarked = date;
    }

    /// @notice See {INettingSets}.
    function setOf(TradeId id) external view returns (SetId) {
        if (!_marginTerms(_trades[id]).isNetted()) revert INettingSets.NotNetted(id);
        return _setId(_trades[id]);
    }

    /// @notice See {INettingSets}.
    function nettingSet(SetId id) external view returns (NettingSet memory) {
        return _sets[id];
    }

    function _requireCaughtUp(SetId id, BusinessDate date) private view {
        Holding[] storage holdings = _sets[id].holdings;
        for (uint256 i = 0; i < holdings.length; ++i) {
            _requireNoAction(id, holdings[i].instrument, date);
        }
    }

    function _begin(NettingSet storage set, Trade storage trade_, BusinessDate date) private {
        (address lender, address borrower) = (trade_.lender, trade_.borrower);
        (set.first, set.second) = lender < borrower ? (lender, borrower) : (borrower, lender);
        set.agreement = _sharedTerms[trade_.account.marginTermsIndex()].agreement;
        if (date > set.lastMarked) set.lastMarked = date;
    }

    /// @dev Adds the trade's loan and interest, or with -1 takes them away.
    function _count(SetId setId, Trade storage trade_, int256 sign) private {
        NettingSet storage set = _sets[setId];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms(trade_);
        if (trade_.lender != set.first) sign = -sign;
        Holding storage holding = _holding(setId, terms.loanInstrument());
        int256 quantity = sign * uint256(account.loanQuantity()).toInt256();
        holding.loan += quantity.toInt128();
        holding.loanE4 += (quantity * terms.ratioBps().toInt256()).toInt128();
        if (!terms.accrues()) return;
        // What is added here must come off again when the trade leaves.
        _useStart(trade_, terms);
        uint256 magnitude = Accrual.dailyE18RoundUp(
            _accrual(trade_, account.loanQuantity(), terms, trade_.accruesFrom), terms.ratioBps()
        );
        int256 dailyE18 = sign * _signed(magnitude, trade_.rateE9);
        set.dailyE18 += dailyE18;
        set.dailyFromE18 += dailyE18 * uint256(BusinessDate.unwrap(trade_.accruesFrom)).toInt256();
    }

    function _hold(SetId setId, Position memory position, bool forFirst) private {
        Holding storage holding = _holding(setId, position.instrument);
        bool isNew = !holding.givenByFirst && !holding.givenBySecond;
        if (isNew) {
            holding.haircutBps = position.haircutBps;
        } else if (holding.haircutBps != position.haircutBps) {
            revert HaircutDiffers(
                setId.unwrap(), _token(position.instrument), position.haircutBps, holding.haircutBps
            );
        }
        if (forFirst) {
            holding.givenBySecond = true;
            holding.heldForFirst += position.quantity;
        } else {
            holding.givenByFirst = true;
            holding.heldForSecond += position.quantity;
        }
    }
}
