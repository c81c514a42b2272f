// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Quote} from "../interfaces/IFixings.sol";
import {Accrual} from "../libraries/Accrual.sol";
import {Legs, Valuation} from "../libraries/Valuation.sol";
import {Account} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Instrument, Kind} from "../types/Instrument.sol";
import {MarginTerms, dayOf} from "../types/MarginTerms.sol";
import {PackedQuote, pack} from "../types/PackedQuote.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Book} from "./Book.sol";

/// @title TradeValues
/// @notice What a trade is worth on a business date, and the interest on it.
abstract contract TradeValues is Book {
    using SafeCast for uint256;
    using TransientSlot for *;
    using Valuation for Legs;

    /// @dev Values and their denominator stay within so many bits, so that each can be multiplied by a ratio and a
    /// threshold (16 bits and 14).
    uint256 private constant VALUE_BITS = 226;

    /// @notice What a trade is worth on `date`, as numerators over one denominator.
    /// @return legs both legs' values.
    /// @return denominator of all.
    /// @return owed loan and interest until then; never below zero.
    /// @return accrued that interest; negative: owed by the lender.
    /// @return unkept not zero where a quote was read that `_useQuotes` can keep.
    /// @return lastAction the last business date with a corporate action declared on any of the tokens.
    function _value(TradeId id, Account account, MarginTerms terms, BusinessDate date)
        internal
        view
        returns (
            Legs memory legs,
            uint256 denominator,
            uint256 owed,
            int256 accrued,
            uint256 unkept,
            uint256 lastAction
        )
    {
        uint256 day = terms.dayKey(date);
        PackedQuote quote;
        (quote, unkept) = _quote(terms.loanInstrument(), day);
        PackedQuote newest = quote;
        legs.setLoan(account.loanQuantity(), quote);
        uint256 another;
        (quote, another) = _quote(terms.collateralInstrument(), day);
        unkept |= another;
        newest = newest.actedLater(quote);
        legs.addCollateral(account.collateralQuantity(), quote, terms.haircutBps());
        uint256 further = terms.furtherTokens();
        for (uint256 i = 0; i < further; ++i) {
            Position memory position = _trades[id].further[i];
            (quote, another) = _quote(position.instrument, day);
            unkept |= another;
            newest = newest.actedLater(quote);
            legs.addCollateral(position.quantity, quote, position.haircutBps);
        }
        lastAction = newest.lastAction();
        denominator = legs.denominator();
        owed = legs.loan;
        if (terms.accrues()) {
            accrued = _accrued(_trades[id], account, terms, date, denominator);
            int256 signed = legs.loan.toInt256() + accrued;
            owed = signed > 0 ? uint256(signed) : 0;
        }
        // The factor of 1e4 takes 14 bits.
        if ((owed | legs.collateralE4 >> 14 | denominator) >> VALUE_BITS != 0) {
            revert ValueTooLarge(id);
        }
    }

    /// @dev Interest counts on the loan's value at the start: without that a trade could neither be marked nor close.
    function _requireQuote(MarginTerms terms, BusinessDate date) internal view {
        _quote(terms.loanInstrument(), terms.dayKey(date));
    }

    /// @dev What the borrower pays on `date` for `loanQuantity` in smallest units of the rate token; negative: what the
    /// lender pays.
    function _interest(
        Trade storage trade_,
        uint256 loanQuantity,
        MarginTerms terms,
        BusinessDate date
    ) internal view returns (int256) {
        if (!terms.accrues()) return 0;
        (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
        uint256 interest = Accrual.interestRoundHalfUp(
            _accrual(trade_, loanQuantity, terms, date), multiplier, divisor
        );
        return _signed(interest, trade_.rateE9);
    }

    /// @dev `multiplier / divisor` is the smallest units of the rate token for one of the valuation currency.
    function _rateUnits(MarginTerms terms, BusinessDate date)
        internal
        view
        returns (uint256 multiplier, uint256 divisor)
    {
        Instrument storage token = _instrument(terms.rateInstrument());
        (uint64 fxNumerator, uint64 fxDenominator) =
            FIXINGS.rate(token.currency, terms.valuationCurrency(), date);
        return (10 ** uint256(token.decimals) * fxDenominator, fxNumerator);
    }

    /// @dev Value of `quantity` on the date and in the currency of `day`, before any haircut.
    function _valueOf(uint24 instrument, uint256 quantity, uint256 day)
        internal
        view
        returns (uint256 numerator, uint256 denominator)
    {
        (PackedQuote quote,) = _quote(instrument, day);
        Legs memory legs;
        legs.setLoan(quantity, quote);
        return (legs.loan, legs.denominator());
    }

    /// @dev Makes the fixings final that a mark of the trade uses, and keeps their quotes until the transaction ends: in a
    /// batch, most trades find theirs read by another. None changes within a transaction of ours.
    function _useQuotes(Trade storage trade_, MarginTerms terms, BusinessDate date) internal {
        uint256 day = terms.dayKey(date);
        _useQuote(terms.loanInstrument(), day);
        _useQuote(terms.collateralInstrument(), day);
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            _useQuote(trade_.further[i].instrument, day);
        }
    }

    /// @dev The same with what the trade's interest counts on, which trades that opened on the same date share.
    function _useStart(Trade storage trade_, MarginTerms terms) internal {
        uint256 day = terms.dayKey(trade_.valuedOn);
        if (_slot(terms.loanInstrument(), day).tload() == 0) {
            _useQuote(terms.loanInstrument(), day);
        }
    }

    /// @dev Interest until `date` as a numerator. None before the opening.
    function _accrued(
        Trade storage trade_,
        Account account,
        MarginTerms terms,
        BusinessDate date,
        uint256 denominator
    ) internal view returns (int256) {
        if (BusinessDate.unwrap(trade_.valuedOn) == 0) return 0;
        int40 rateE9 = trade_.rateE9;
        uint256 magnitude = Accrual.accruedRoundUp(
            _accrual(trade_, account.loanQuantity(), terms, date), rateE9 < 0, denominator
        );
        return _signed(magnitude, rateE9);
    }

    /// @dev The rate on the value of `loanQuantity` at the start, until `date`.
    function _accrual(
        Trade storage trade_,
        uint256 loanQuantity,
        MarginTerms terms,
        BusinessDate date
    ) internal view returns (Accrual.Interest memory) {
        (PackedQuote quote,) = _quote(terms.loanInstrument(), terms.dayKey(trade_.valuedOn));
        Legs memory start;
        start.setLoan(loanQuantity, quote);
        return Accrual.Interest(
            start.loan,
            start.denominator(),
            SignedMath.abs(trade_.rateE9),
            trade_.accruesFrom > date ? 0 : date.daysSince(trade_.accruesFrom),
            terms.dayCountBasis()
        );
    }

    /// @dev A token's quote in the currency and on the date of `day`, and 1 where it was not kept, else 0.
    function _quote(uint24 index, uint256 day)
        internal
        view
        returns (PackedQuote quote, uint256 unkept)
    {
        quote = PackedQuote.wrap(_slot(index, day).tload());
        if (PackedQuote.unwrap(quote) == 0) {
            quote = _readQuote(index, day);
            unkept = 1;
        }
    }

    /// @dev As `_quote` of what a mark uses.
    function _useQuote(uint24 index, uint256 day) internal {
        Instrument memory instrument = _instrument(index);
        (bytes3 currency, BusinessDate date) = dayOf(day);
        Quote memory quote = FIXINGS.useQuote(instrument, currency, date);
        _slot(index, day).tstore(PackedQuote.unwrap(_packed(instrument, quote)));
    }

    function _readQuote(uint24 index, uint256 day) private view returns (PackedQuote) {
        Instrument memory instrument = _instrument(index);
        (bytes3 currency, BusinessDate date) = dayOf(day);
        return _packed(instrument, FIXINGS.quote(instrument, currency, date));
    }

    function _packed(Instrument memory instrument, Quote memory quote)
        private
        pure
        returns (PackedQuote)
    {
        uint8 per100 = instrument.kind == Kind.Bond ? 2 : 0;
        return pack(quote, instrument.decimals + per100, instrument.lastAction);
    }

    /// @dev Below 2^80, where no hashed slot lies.
    function _slot(uint24 index, uint256 day) private pure returns (TransientSlot.Uint256Slot) {
        return bytes32(uint256(index) << 48 | day).asUint256();
    }

    /// @dev `magnitude` with the sign of `sign`.
    function _signed(uint256 magnitude, int256 sign) internal pure returns (int256) {
        return sign < 0 ? -magnitude.toInt256() : magnitude.toInt256();
    }
}
