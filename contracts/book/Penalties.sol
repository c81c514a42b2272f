// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {IFailures} from "../interfaces/IFailures.sol";
import {Accrual} from "../libraries/Accrual.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
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
        Trade storage trade_ = _trades[id];
        uint256 rateE9 = _agreement(trade_).penaltyRateE9;
        if (BusinessDate.unwrap(failure.since) == 0 || rateE9 == 0) return;
        MarginTerms terms = _marginTerms(trade_);
        (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
        uint256 penalty = Accrual.interestRoundHalfUp(
            Accrual.Interest(
                failure.missingE6,
                1e6,
                rateE9,
                date > failure.chargedTo ? date.daysSince(failure.chargedTo) : 0,
                terms.dayCountBasis()
            ),
            multiplier,
            divisor
        );
        if (date > failure.chargedTo) failure.chargedTo = date;
        if (penalty == 0) return;
        int128 signed = penalty.toInt256().toInt128();
        _lives[id].due += failure.byLender ? -signed : signed;
        address party = failure.byLender ? trade_.lender : trade_.borrower;
        emit IFailures.Charged(id, date, party, penalty);
    }

    /// @dev All that a trade's failures have made due until `date`; nothing is, afterwards.
    function _takeDue(TradeId id, BusinessDate date) internal returns (int256 due) {
        Life storage life = _lives[id];
        _charge(id, life.deficit, date);
        _charge(id, life.late, date);
        due = life.due;
        life.due = 0;
        delete life.deficit;
        delete life.late;
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
        uint256 product = SignedMath.abs(rest);
        uint256 quantity = Math.mulDiv(product, multiplier, denominator * divisor);
        uint256 remainder = mulmod(product, multiplier, denominator * divisor);
        if (remainder >= denominator * divisor - remainder) ++quantity;
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
