// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";

import {Consent} from "./Consent.sol";
import {ValuationE18} from "./interfaces/IEscrow.sol";
import {IFixings} from "./interfaces/IFixings.sol";
import {Accrual} from "./libraries/Accrual.sol";
import {Margin} from "./libraries/Margin.sol";
import {Legs, Valuation} from "./libraries/Valuation.sol";
import {Account} from "./types/Account.sol";
import {BusinessDate} from "./types/BusinessDate.sol";
import {Instrument, Kind} from "./types/Instrument.sol";
import {MarginTerms} from "./types/MarginTerms.sol";
import {PackedQuote, pack} from "./types/PackedQuote.sol";
import {Position, Trade} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title TradeValues
/// @notice The escrow's second part: what a trade is worth on a business date, and the interest on it.
abstract contract TradeValues is Consent {
    using SafeCast for uint256;
    using TransientSlot for *;
    using Valuation for Legs;

    /// @notice Where prices and rates are read.
    IFixings public immutable FIXINGS;

    /// @dev Loan, collateral and denominator stay within so many bits, so that each can be multiplied by a ratio and a
    /// threshold (16 bits and 14).
    uint256 private constant VALUE_BITS = 226;

    /// @dev Exact fractions over one denominator; `required` and `collateral` have 1e4 more than the others, for ratios
    /// are in hundredths of a percent.
    struct Value {
        uint256 loan;
        int256 accrued;
        uint256 required;
        uint256 collateral;
        uint256 denominator;
        bool newQuotes; // some were not remembered
    }

    constructor(IFixings fixings) {
        FIXINGS = fixings;
    }

    /// @dev Values of both legs on `date`, with the interest accrued until then.
    function _value(TradeId id, Account account, MarginTerms terms, BusinessDate date)
        internal
        view
        returns (Value memory value)
    {
        uint256 day = _dayKey(terms.valuationCurrency(), date);
        Legs memory legs =
            Valuation.ofLoan(account.loanQuantity(), _quote(terms.loanInstrument(), day, value));
        legs.addCollateral(
            account.collateralQuantity(), _quote(terms.collateralInstrument(), day, value)
        );
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = _trades[id].further[i];
            legs.addCollateral(position.quantity, _quote(position.instrument, day, value));
        }
        value.loan = legs.loan;
        value.denominator = legs.denominator();
        uint256 owed = legs.loan;
        if (terms.rateInstrument() != 0) owed = _withAccrued(id, account, terms, date, value);
        if ((owed | legs.collateral | value.denominator) >> VALUE_BITS != 0) {
            revert ValueTooLarge(id);
        }
        unchecked {
            value.required = owed * terms.ratioBps();
            value.collateral = legs.collateral * Margin.ONE_BPS;
        }
    }

    /// @dev What the borrower pays at the close in smallest units of the rate token; negative: what the lender pays.
    function _interest(
        Trade storage trade_,
        Account account,
        MarginTerms terms,
        BusinessDate date
    ) internal view returns (int256) {
        if (terms.rateInstrument() == 0) return 0;
        Instrument storage token = _instrument(terms.rateInstrument());
        (uint64 fxNumerator, uint64 fxDenominator) =
            FIXINGS.rate(token.currency, terms.valuationCurrency(), date);
        int40 rateE9 = trade_.rateE9;
        Value memory unused;
        uint256 interest = Accrual.interestRoundHalfUp(
            _accrual(trade_.opened, rateE9, account, terms, date, unused),
            10 ** uint256(token.decimals) * fxDenominator,
            fxNumerator
        );
        return _signed(interest, rateE9);
    }

    /// @dev Keeps the quotes that valuing the trade needs until the transaction ends: in a batch, most trades find
    /// theirs read by another. A fixing never changes once published, so a kept one cannot be old.
    function _rememberQuotes(Trade storage trade_, MarginTerms terms, BusinessDate date)
        internal
    {
        uint256 day = _dayKey(terms.valuationCurrency(), date);
        _rememberQuote(terms.loanInstrument(), day);
        _rememberQuote(terms.collateralInstrument(), day);
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            _rememberQuote(trade_.further[i].instrument, day);
        }
        if (terms.rateInstrument() != 0) {
            _rememberQuote(terms.loanInstrument(), _dayKey(terms.valuationCurrency(), trade_.opened));
        }
    }

    function _toE18(Value memory value) internal pure returns (ValuationE18 memory) {
        uint256 denominator = value.denominator;
        uint256 accruedE18 =
            Valuation.toE18RoundDown(SignedMath.abs(value.accrued), denominator);
        return ValuationE18(
            Valuation.toE18RoundDown(value.loan, denominator),
            _signed(accruedE18, value.accrued),
            Valuation.toE18RoundDown(value.required, denominator * Margin.ONE_BPS),
            Valuation.toE18RoundDown(value.collateral, denominator * Margin.ONE_BPS)
        );
    }

    /// @dev Adds the interest to `value`. Returns what is owed with it; never below zero.
    function _withAccrued(
        TradeId id,
        Account account,
        MarginTerms terms,
        BusinessDate date,
        Value memory value
    ) private view returns (uint256) {
        Trade storage trade_ = _trades[id];
        int40 rateE9 = trade_.rateE9;
        uint256 accrued = Accrual.accruedRoundUp(
            _accrual(trade_.opened, rateE9, account, terms, date, value), value.denominator
        );
        value.accrued = _signed(accrued, rateE9);
        int256 owed = value.loan.toInt256() + value.accrued;
        return owed > 0 ? uint256(owed) : 0;
    }

    /// @dev The rate on the loan's value at the start, until `date`.
    function _accrual(
        BusinessDate opened,
        int40 rateE9,
        Account account,
        MarginTerms terms,
        BusinessDate date,
        Value memory value
    ) private view returns (Accrual.Interest memory) {
        uint256 day = _dayKey(terms.valuationCurrency(), opened);
        Legs memory start =
            Valuation.ofLoan(account.loanQuantity(), _quote(terms.loanInstrument(), day, value));
        return Accrual.Interest(
            start.loan,
            start.denominator(),
            SignedMath.abs(rateE9),
            date.daysSince(opened),
            terms.dayCountBasis()
        );
    }

    /// @dev A token's quote in the currency and on the date of `day`; `value` hears where it was not remembered.
    function _quote(uint32 index, uint256 day, Value memory value)
        private
        view
        returns (PackedQuote quote)
    {
        quote = PackedQuote.wrap(_slot(index, day).tload());
        if (PackedQuote.unwrap(quote) == 0) {
            quote = _readQuote(index, day);
            value.newQuotes = true;
        }
    }

    function _rememberQuote(uint32 index, uint256 day) private {
        _slot(index, day).tstore(PackedQuote.unwrap(_readQuote(index, day)));
    }

    function _readQuote(uint32 index, uint256 day) private view returns (PackedQuote) {
        Instrument memory instrument = _instrument(index);
        uint8 per100 = instrument.kind == Kind.Bond ? 2 : 0;
        BusinessDate date = BusinessDate.wrap(uint24(day)); // the low 24 bits
        return pack(
            FIXINGS.quote(instrument, bytes3(uint24(day >> 24)), date),
            instrument.decimals + per100
        );
    }

    /// @dev A valuation currency and a business date, 24 bits each.
    function _dayKey(bytes3 currency, BusinessDate date) private pure returns (uint256) {
        return uint256(uint24(currency)) << 24 | BusinessDate.unwrap(date);
    }

    /// @dev Below 2^80, where no hashed slot lies.
    function _slot(uint32 index, uint256 day) private pure returns (TransientSlot.Uint256Slot) {
        return bytes32(uint256(index) << 48 | day).asUint256();
    }

    /// @dev `magnitude` with the sign of `sign`.
    function _signed(uint256 magnitude, int256 sign) private pure returns (int256) {
        return sign < 0 ? -magnitude.toInt256() : magnitude.toInt256();
    }
}
