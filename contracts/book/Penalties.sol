// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {IFailures} from "../interfaces/IFailures.sol";
import {Accrual} from "../libraries/Accrual.sol";
import {HalfUp} from "../libraries/HalfUp.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Agreement} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {NettingSet} from "../types/NettingSet.sol";
import {Failure, Life, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {TradeValues} from "./TradeValues.sol";

/// @title Penalties
/// @notice Interest on what a party has not delivered. See {IFailures}.
abstract contract Penalties is TradeValues {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @dev Counts the penalty until `date`; nothing where nothing is missing or there is no rate.
    function _charge(TradeId id, Failure storage failure, BusinessDate date) internal {
        uint256 daysMissed = _daysToCharge(failure, _agreement(_trades[id]), date);
        if (daysMissed != 0) _add(id, date, failure.byLender, failure.missingE6, daysMissed);
    }

    /// @dev Counts for how long the set's deficit has lasted; nothing without a penalty rate.
    function _chargeSet(NettingSet storage set, BusinessDate date) internal {
        Failure storage deficit = set.deficit;
        uint256 daysMissed = _daysToCharge(deficit, _agreements[set.agreement], date);
        if (daysMissed == 0) return;
        int256 missed = (deficit.missingE6 * daysMissed).toInt256();
        set.missedE6Days += deficit.byLender ? -missed : missed;
    }

    /// @dev Days of the failure that are not charged yet; from now on they are. None without a penalty rate.
    function _daysToCharge(Failure storage failure, Agreement storage agreement, BusinessDate date)
        private
        returns (uint256 daysMissed)
    {
        BusinessDate from = failure.chargedTo;
        if (BusinessDate.unwrap(failure.since) == 0 || !(date > from)) return 0;
        if (agreement.penaltyRateE9 == 0) return 0;
        failure.chargedTo = date;
        return date.daysSince(from);
    }

    /// @dev All that a trade's failures, and those of its set, have made due until `date`; nothing is, afterwards.
    function _takeDue(TradeId id, BusinessDate date) internal returns (int256 due) {
        Trade storage trade_ = _trades[id];
        Life storage life = _lives[id];
        if (_marginTerms(trade_).isNetted()) _chargeFromSet(id, date);
        if (!trade_.account.hasFailed()) return 0;
        _charge(id, life.deficit, date);
        _charge(id, life.late, date);
        due = life.due;
        _forgetDue(life);
    }

    function _forgetDue(Life storage life) internal {
        life.due = 0;
        delete life.deficit;
        delete life.late;
    }

    /// @dev The trade takes over what its set's deficits have made due. It has a rate token, for there is a penalty rate.
    function _chargeFromSet(TradeId id, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        NettingSet storage set = _sets[_setId(trade_)];
        _chargeSet(set, date);
        int256 missed = set.missedE6Days;
        if (missed == 0) return;
        set.missedE6Days = 0;
        bool byFirst = missed < 0;
        bool byLender = (trade_.lender == set.first) == byFirst;
        trade_.account = trade_.account.withFailure();
        _add(id, date, byLender, SignedMath.abs(missed), 1);
    }

    /// @dev Adds a penalty on `missingE6` for `daysMissed` to what is due.
    function _add(
        TradeId id,
        BusinessDate date,
        bool byLender,
        uint256 missingE6,
        uint256 daysMissed
    ) private {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
        uint256 penalty = Accrual.interestRoundHalfUp(
            Accrual.Interest(
                missingE6, 1e6, _agreement(trade_).penaltyRateE9, daysMissed, terms.dayCountBasis()
            ),
            multiplier,
            divisor
        );
        if (penalty == 0) return;
        int128 signed = penalty.toInt256().toInt128();
        _lives[id].due += byLender ? -signed : signed;
        emit IFailures.Charged(id, date, byLender ? trade_.lender : trade_.borrower, penalty);
    }

    /// @dev A value with 6 decimals.
    function _toE6RoundUp(uint256 numerator, uint256 denominator) internal pure returns (uint128) {
        return Math.mulDiv(numerator, 1e6, denominator, Math.Rounding.Ceil).toUint128();
    }

    /// @dev What is due in smallest units of the rate token as a numerator, rounded toward zero.
    function _dueValue(MarginTerms terms, int256 due, BusinessDate date, uint256 denominator)
        internal
        view
        returns (int256)
    {
        if (due == 0) return 0;
        (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
        return _signed(Math.mulDiv(SignedMath.abs(due) * divisor, denominator, multiplier), due);
    }

    /// @dev Pays what is left in the rate token, as far as the debtor has it (below zero: as far as the creditor has).
    function _settleResidual(
        MarginTerms terms,
        BusinessDate date,
        int256 rest,
        uint256 denominator,
        address debtor,
        address creditor
    ) internal returns (int256 residual, uint256 paid) {
        if (rest == 0 || terms.rateInstrument() == 0) return (0, 0);
        (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
        uint256 quantity =
            HalfUp.mulDivRoundHalfUp(SignedMath.abs(rest), multiplier, denominator * divisor);
        if (quantity == 0) return (0, 0);
        residual = _signed(quantity, rest);
        if (rest < 0) (debtor, creditor) = (creditor, debtor);
        paid =
            TokenMoves.moveAvailable(_token(terms.rateInstrument()), debtor, creditor, quantity, 1);
    }

    function _hasLasted(Failure storage failure, bool byLender, uint256 cureDays, BusinessDate date)
        internal
        view
        returns (bool)
    {
        uint256 since = BusinessDate.unwrap(failure.since);
        return
            since != 0 && failure.byLender == byLender
                && BusinessDate.unwrap(date) >= since + cureDays;
    }
}
