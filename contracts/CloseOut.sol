// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Closing} from "./Closing.sol";
import {IFailures} from "./interfaces/IFailures.sol";
import {TokenMoves} from "./libraries/TokenMoves.sol";
import {Legs, Valuation} from "./libraries/Valuation.sol";
import {Account, Status} from "./types/Account.sol";
import {Custody} from "./types/Agreement.sol";
import {BusinessDate} from "./types/BusinessDate.sol";
import {MarginTerms} from "./types/MarginTerms.sol";
import {PackedQuote} from "./types/PackedQuote.sol";
import {Position, Trade} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title CloseOut
/// @notice A trade in default ends with one residual: claim against collateral at the day's fixings.
abstract contract CloseOut is Closing {
    using SafeCast for *;
    using Valuation for Legs;

    /// @dev Values are numerators over one denominator.
    struct Sums {
        int256 claim; // of the lender: loan, interest and penalty
        uint256 collateral; // without haircuts
        uint256 denominator;
    }

    function _closeOut(TradeId id, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        Sums memory sums = _sums(id, date, _takeDue(id, date));

        int256 rest = sums.claim;
        MarginTerms terms = _marginTerms(trade_);
        Position[] memory positions = _basket(trade_);
        _empty(trade_, date);
        if (terms.custody() == Custody.TitleTransfer) {
            rest -= sums.collateral.toInt256();
            for (uint256 i = 0; i < positions.length; ++i) {
                emit IFailures.Kept(
                    id, date, _token(positions[i].instrument), positions[i].quantity
                );
            }
        } else {
            rest = _divide(id, date, positions, sums, _lives[id].defaultByLender);
        }
        (int256 residual, uint256 paid) =
            _settleResidual(terms, date, rest, sums.denominator, trade_.borrower, trade_.lender);
        emit IFailures.ClosedOut(
            id,
            date,
            _signed(
                Valuation.toE18RoundDown(SignedMath.abs(sums.claim), sums.denominator), sums.claim
            ),
            Valuation.toE18RoundDown(sums.collateral, sums.denominator),
            residual,
            paid
        );
    }

    function _sums(TradeId id, BusinessDate date, int256 due)
        private
        view
        returns (Sums memory sums)
    {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms(trade_);
        uint256 day = _dayKey(terms.valuationCurrency(), date);
        (PackedQuote quote,) = _quote(terms.loanInstrument(), day);
        Legs memory legs = Valuation.ofLoan(account.loanQuantity(), quote);
        Position[] memory positions = _basket(trade_);
        for (uint256 i = 0; i < positions.length; ++i) {
            (quote,) = _quote(positions[i].instrument, day);
            legs.addCollateral(positions[i].quantity, quote, 0);
        }
        sums.denominator = legs.denominator();
        sums.collateral = legs.collateralE4 / 1e4;
        sums.claim = legs.loan.toInt256();
        if (terms.accrues()) {
            sums.claim += _accrued(trade_, account, terms, date, sums.denominator);
        }
        sums.claim += _dueValue(terms, due, date, sums.denominator);
    }

    /// @dev Nothing is lent and nothing held any more.
    function _empty(Trade storage trade_, BusinessDate date) private {
        trade_.account = trade_.account.withLoan(0).withCollateral(0).markedOn(date)
            .withStatus(Status.ClosedOut);
        for (uint256 i = 0; i < trade_.further.length; ++i) {
            trade_.further[i].quantity = 0;
        }
    }

    /// @dev The lender takes of the basket what its claim is worth; the borrower gets the rest.
    /// Returns what of the claim is left.
    function _divide(
        TradeId id,
        BusinessDate date,
        Position[] memory positions,
        Sums memory sums,
        bool defaultByLender
    ) private returns (int256) {
        uint256 claim = sums.claim > 0 ? uint256(sums.claim) : 0;
        bool takesAll = claim >= sums.collateral;
        for (uint256 i = 0; i < positions.length; ++i) {
            uint256 quantity = positions[i].quantity;
            uint256 taken = takesAll
                ? quantity
                : Math.mulDiv(
                    quantity,
                    claim,
                    sums.collateral,
                    defaultByLender ? Math.Rounding.Floor : Math.Rounding.Ceil
                );
            address token = _token(positions[i].instrument);
            if (taken > 0) {
                emit IFailures.Kept(id, date, token, taken);
                TokenMoves.move(token, address(this), _trades[id].lender, taken);
            }
            _giveBack(id, date, positions[i].instrument, quantity - taken);
        }
        if (sums.claim < 0) return sums.claim;
        return takesAll ? (claim - sums.collateral).toInt256() : int256(0);
    }
}
