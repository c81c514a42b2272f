// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {IFailures} from "../interfaces/IFailures.sol";
import {IKeepers} from "../interfaces/IKeepers.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Legs, Valuation} from "../libraries/Valuation.sol";
import {Account, Status} from "../types/Account.sol";
import {Custody} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {PackedQuote} from "../types/PackedQuote.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Closing} from "./Closing.sol";

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
        uint256[] units; // value of one smallest unit of each token of the basket
    }

    function _closeOut(TradeId id, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        Sums memory sums = _sums(id, date, _takeDue(id, date));

        MarginTerms terms = _marginTerms(trade_);
        Position[] memory positions = _basket(trade_);
        _empty(trade_, date);
        int256 rest = _divide(id, date, positions, sums);
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
        uint256 day = terms.dayKey(date);
        (PackedQuote quote,) = _quote(terms.loanInstrument(), day);
        Legs memory legs;
        legs.setLoan(account.loanQuantity(), quote);
        Position[] memory positions = _basket(trade_);
        for (uint256 i = 0; i < positions.length; ++i) {
            (quote,) = _quote(positions[i].instrument, day);
            legs.addCollateral(positions[i].quantity, quote, 0);
        }
        sums.units = new uint256[](positions.length);
        for (uint256 i = 0; i < positions.length; ++i) {
            (quote,) = _quote(positions[i].instrument, day);
            sums.units[i] = legs.ofUnitE4(quote, 0) / 1e4;
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

    /// @dev The lender keeps of the basket what its claim is worth; the borrower gets the rest.
    /// Returns what of the claim is left; below zero: what a lender by title could not return.
    function _divide(TradeId id, BusinessDate date, Position[] memory positions, Sums memory sums)
        private
        returns (int256 rest)
    {
        uint256 claim = sums.claim > 0 ? uint256(sums.claim) : 0;
        bool keepsAll = claim >= sums.collateral;
        if (sums.claim < 0) rest = sums.claim;
        else if (keepsAll) rest = (claim - sums.collateral).toInt256();
        Math.Rounding rounding =
            _lives[id].defaultByLender ? Math.Rounding.Floor : Math.Rounding.Ceil;
        for (uint256 i = 0; i < positions.length; ++i) {
            uint256 quantity = positions[i].quantity;
            uint256 kept =
                keepsAll ? quantity : Math.mulDiv(quantity, claim, sums.collateral, rounding);
            _keep(id, date, positions[i].instrument, kept);
            uint256 missing = _release(id, date, positions[i].instrument, quantity - kept);
            rest -= (missing * sums.units[i]).toInt256();
        }
    }

    /// @dev `quantity` of what secures the lender is its own now.
    function _keep(TradeId id, BusinessDate date, uint24 instrument, uint256 quantity) private {
        if (quantity == 0) return;
        Trade storage trade_ = _trades[id];
        address token = _token(instrument);
        emit IFailures.Kept(id, date, token, quantity);
        if (_marginTerms(trade_).custody() == Custody.TitleTransfer) return;
        TokenMoves.move(token, address(this), trade_.lender, quantity);
    }

    /// @dev `quantity` goes back to the borrower; from a lender by title as far as it has it.
    function _release(TradeId id, BusinessDate date, uint24 instrument, uint256 quantity)
        private
        returns (uint256 missing)
    {
        Trade storage trade_ = _trades[id];
        if (quantity == 0 || _marginTerms(trade_).custody() == Custody.Segregated) {
            _giveBack(id, date, instrument, quantity);
            return 0;
        }
        address token = _token(instrument);
        uint256 moved = TokenMoves.moveAvailable(token, trade_.lender, trade_.borrower, quantity, 1);
        if (moved > 0) emit IKeepers.Returned(id, date, token, moved);
        return quantity - moved;
    }
}
