// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Legs} from "../libraries/Valuation.sol";
import {Custody} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Holding, NettingSet} from "../types/NettingSet.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {CloseOut} from "./CloseOut.sol";

/// @title Lateness
/// @notice Who cannot give what a trade's close takes from it, and what that is worth. See {IFailures}.
abstract contract Lateness is CloseOut {
    using SafeCast for uint256;

    /// @dev Whether a party is short of what a close on `date` takes from it; the borrower where both are.
    function _late(TradeId id, BusinessDate date)
        internal
        view
        returns (bool isShort, bool byLender)
    {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        uint24 loanInstrument = terms.loanInstrument();
        uint24 rateInstrument = terms.rateInstrument();
        (address lender, address borrower) = (trade_.lender, trade_.borrower);
        (int256 loan, int256 rest) =
            _repayment(trade_.account.loanQuantity(), terms, _owed(id, date));
        if (_lacks(loanInstrument, borrower, loan) || _lacks(rateInstrument, borrower, rest)) {
            return (true, false);
        }
        byLender = _lacks(loanInstrument, lender, -loan) || _lacks(rateInstrument, lender, -rest)
            || _lacksBasket(trade_, terms);
        return (byLender, byLender);
    }

    /// @dev What that party withholds: the borrower the loan, a lender the basket that it has by title and what it owes
    /// of interest.
    function _missingE6RoundUp(TradeId id, bool byLender, BusinessDate date)
        internal
        view
        returns (uint128)
    {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        (Legs memory legs, uint256 denominator,,,,) = _value(id, trade_.account, terms, date);
        if (!byLender) return _toE6RoundUp(legs.loan, denominator);
        uint256 missingE6;
        if (terms.isNetted()) {
            missingE6 = _heldE6RoundUp(trade_, terms.dayKey(date));
        } else if (terms.custody() == Custody.TitleTransfer) {
            missingE6 = _toE6RoundUp(legs.collateralE4, denominator * 1e4);
        }
        int256 interest = _interest(trade_, trade_.account.loanQuantity(), terms, date);
        if (interest < 0) {
            (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
            missingE6 += _toE6RoundUp(uint256(-interest) * divisor, multiplier);
        }
        return missingE6.toUint128();
    }

    /// @dev Interest and all else that is due.
    function _owed(TradeId id, BusinessDate date) private view returns (int256) {
        Trade storage trade_ = _trades[id];
        return _lives[id].due
            + _interest(trade_, trade_.account.loanQuantity(), _marginTerms(trade_), date);
    }

    function _lacks(uint24 instrument, address party, int256 needed) private view returns (bool) {
        return needed > 0 && TokenMoves.available(_token(instrument), party) < uint256(needed);
    }

    /// @dev Whether the lender cannot return what it holds by title; of a netting set only its last trade's close does.
    function _lacksBasket(Trade storage trade_, MarginTerms terms) private view returns (bool) {
        if (terms.custody() == Custody.Segregated) return false;
        address lender = trade_.lender;
        if (terms.isNetted()) {
            NettingSet storage set = _sets[_setId(trade_)];
            if (set.trades > 1) return false;
            for (uint256 i = 0; i < set.holdings.length; ++i) {
                Holding storage holding = set.holdings[i];
                uint256 held = _heldFor(holding, lender == set.first);
                if (_lacks(holding.instrument, lender, held.toInt256())) return true;
            }
            return false;
        }
        Position[] memory positions = _basket(trade_);
        for (uint256 i = 0; i < positions.length; ++i) {
            uint256 held = positions[i].quantity;
            if (_lacks(positions[i].instrument, lender, held.toInt256())) return true;
        }
        return false;
    }

    /// @dev What the lender holds by title of its set, after haircuts, each token rounded up.
    function _heldE6RoundUp(Trade storage trade_, uint256 day)
        private
        view
        returns (uint256 valueE6)
    {
        NettingSet storage set = _sets[_setId(trade_)];
        if (!_isTitle(set)) return 0;
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            Holding storage holding = set.holdings[i];
            uint256 held = _heldFor(holding, trade_.lender == set.first);
            if (held == 0) continue;
            (uint256 value, uint256 denominator) = _valueOf(holding.instrument, held, day);
            valueE6 += _toE6RoundUp(value * (1e4 - holding.haircutBps), denominator * 1e4);
        }
    }
}
