// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Repaying} from "../book/Repaying.sol";
import {IChanges} from "../interfaces/IChanges.sol";
import {IEndings} from "../interfaces/IEndings.sol";
import {Margin} from "../libraries/Margin.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Legs, Valuation} from "../libraries/Valuation.sol";
import {Account} from "../types/Account.sol";
import {Custody} from "../types/Agreement.sol";
import {BusinessDate, businessDateOf} from "../types/BusinessDate.sol";
import {Change} from "../types/Change.sol";
import {Kind} from "../types/Instrument.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Collateral, MAX_BASKET} from "../types/Terms.sol";
import {Failure, Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Verb} from "../types/Verb.sol";

/// @title Verbs
/// @notice What each change does, once it is agreed. See {IChanges}.
abstract contract Verbs is Repaying, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @notice Does what the change says.
    /// @param isAlone whether one party makes it by its right, without the other.
    function _make(Change calldata change, BusinessDate date, bool isAlone) internal {
        _requireNothingElse(change);
        TradeId id = change.trade;
        Verb verb = change.verb;
        if (verb == Verb.PartialReturn) _returnPart(id, date, change.quantity);
        else if (verb == Verb.Recall) _recall(id, date, change.end, isAlone);
        else if (verb == Verb.Terminate) IEndings(address(this)).endNow(id, date, true);
        else if (verb == Verb.Extend) _extend(id, date, change.end);
        else if (verb == Verb.Rerate) _rerate(id, date, change.rateE9);
        else if (verb == Verb.Reprice) _reprice(id, date);
        else if (verb == Verb.Substitute) _substitute(change, date, isAlone);
        else if (verb == Verb.Increase) _increase(id, date, change.quantity);
        else if (verb == Verb.Novate) _novate(id, change.from, change.to);
        else if (verb == Verb.Correct) IEndings(address(this)).endNow(id, date, false);
        else revert IChanges.BadChange(id, verb);
    }

    /// @dev What a verb does not use is zero: a party that signs it must not believe that it counts.
    function _requireNothingElse(Change calldata change) private pure {
        Verb verb = change.verb;
        bool hasQuantity = verb == Verb.PartialReturn || verb == Verb.Increase;
        bool hasEnd = verb == Verb.Recall || verb == Verb.Extend;
        if (
            (change.quantity != 0 && !hasQuantity) || (change.end != 0 && !hasEnd)
                || (change.rateE9 != 0 && verb != Verb.Rerate)
                || (change.outgoing.length + change.incoming.length != 0 && verb != Verb.Substitute)
                || ((change.from != address(0) || change.to != address(0)) && verb != Verb.Novate)
        ) revert IChanges.BadChange(change.trade, verb);
    }

    // ------------------------------------------------------------------ quantity

    function _returnPart(TradeId id, BusinessDate date, uint96 quantity) private {
        Trade storage trade_ = _trades[id];
        uint96 whole = _requireQuantity(trade_, quantity);
        if (quantity >= whole) revert IChanges.NotAPart(id, quantity, whole);
        MarginTerms terms = _marginTerms(trade_);
        int256 interest = _interest(trade_, quantity, terms, date);
        if (interest != 0) emit IChanges.Paid(id, date, interest);
        emit IChanges.LoanChanged(id, date, whole - quantity);
        Position[] memory positions = _basket(trade_);
        uint256[] memory back = new uint256[](positions.length);
        if (!terms.isNetted()) {
            for (uint256 i = 0; i < positions.length; ++i) {
                back[i] = Margin.returnRoundDown(
                    positions[i].quantity, quantity, whole, _instrument(positions[i].instrument).lot
                );
                positions[i].quantity -= back[i].toUint96();
            }
            _setBasket(trade_, positions);
        }
        trade_.account = trade_.account.withLoan(whole - quantity);
        Failure storage late = _lives[id].late;
        if (!late.byLender) {
            _charge(id, late, date);
            late.missingE6 = Math.mulDiv(
                    late.missingE6, whole - quantity, whole, Math.Rounding.Ceil
                ).toUint128();
        }

        _repay(trade_, quantity, terms, interest);
        for (uint256 i = 0; i < positions.length; ++i) {
            _giveBack(id, date, positions[i].instrument, back[i]);
        }
    }

    function _increase(TradeId id, BusinessDate date, uint96 quantity) private {
        Trade storage trade_ = _trades[id];
        uint96 whole = _requireQuantity(trade_, quantity);
        _payInterest(id, date);
        _accrueAnew(trade_, date);
        emit IChanges.LoanChanged(id, date, uint256(whole) + quantity);
        Position[] memory positions = _basket(trade_);
        uint256[] memory more = new uint256[](positions.length);
        if (!_marginTerms(trade_).isNetted()) {
            for (uint256 i = 0; i < positions.length; ++i) {
                more[i] = Margin.deliveryRoundUp(
                    positions[i].quantity, quantity, whole, _instrument(positions[i].instrument).lot
                );
                positions[i].quantity += more[i].toUint96();
            }
            _setBasket(trade_, positions);
        }
        trade_.account = trade_.account.withLoan(whole + quantity);

        TokenMoves.move(
            _token(_marginTerms(trade_).loanInstrument()), trade_.lender, trade_.borrower, quantity
        );
        for (uint256 i = 0; i < positions.length; ++i) {
            _takeIn(id, date, positions[i].instrument, more[i]);
        }
    }

    /// @dev Returns what is lent.
    function _requireQuantity(Trade storage trade_, uint96 quantity)
        private
        view
        returns (uint96 whole)
    {
        whole = trade_.account.loanQuantity();
        if (quantity == 0 || whole == 0) {
            revert ZeroQuantity(_token(_marginTerms(trade_).loanInstrument()));
        }
    }

    // ------------------------------------------------------------------ time

    function _recall(TradeId id, BusinessDate date, uint40 end, bool isAlone) private {
        Trade storage trade_ = _trades[id];
        uint40 least = uint40(BusinessDate.unwrap(date)) * 1 days;
        if (businessDateOf(end) < date) revert IChanges.BadEnd(id, end, least);
        if (trade_.end != 0 && end >= trade_.end) revert IChanges.BadEnd(id, end, trade_.end);
        if (isAlone) {
            least += uint40(_agreement(trade_).noticeDays) * 1 days;
            if (end < least) revert IChanges.BadEnd(id, end, least);
        }
        trade_.end = _toUint32(end);
    }

    /// @dev Who was late with its leg is not any more.
    function _extend(TradeId id, BusinessDate date, uint40 end) private {
        Trade storage trade_ = _trades[id];
        if (trade_.end == 0 || end <= trade_.end) revert IChanges.BadEnd(id, end, trade_.end);
        _charge(id, _lives[id].late, date);
        delete _lives[id].late;
        trade_.end = _toUint32(end);
    }

    // ------------------------------------------------------------------ rate and price

    function _rerate(TradeId id, BusinessDate date, int40 rateE9) private {
        Trade storage trade_ = _trades[id];
        _payInterest(id, date);
        SharedTerms storage shared = _sharedTerms[trade_.account.marginTermsIndex()];
        MarginTerms terms = shared.margin;
        if (terms.rateInstrument() == 0 && rateE9 != 0) revert BadRate(rateE9, address(0), 0);
        if (rateE9 != 0) _requireQuote(terms, trade_.valuedOn);
        trade_.rateE9 = rateE9;
        trade_.accruesFrom = date;
        trade_.account = trade_.account
            .withMarginTerms(_sharedTermsIndex(terms.withAccrual(rateE9 != 0), shared.agreement));
    }

    function _reprice(TradeId id, BusinessDate date) private {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        if (terms.isNetted()) revert IChanges.BadChange(id, Verb.Reprice);
        if (trade_.account.loanQuantity() == 0) {
            revert ZeroQuantity(_token(terms.loanInstrument()));
        }
        _payInterest(id, date);
        _accrueAnew(trade_, date);
        _charge(id, _lives[id].deficit, date);
        delete _lives[id].deficit;
        Account account = trade_.account.withoutDeficit();
        trade_.account = account;
        (Legs memory legs,, uint256 owed,,,) = _value(id, account, terms, date);
        uint256 requiredE4 = owed * terms.ratioBps();
        if (_instrument(terms.loanInstrument()).kind == Kind.Cash) {
            _repriceLoan(id, date, account, legs.collateralE4, requiredE4);
        } else if (requiredE4 != legs.collateralE4) {
            Call memory call = _newCall(id, date, terms, legs, requiredE4);
            trade_.account = _carryOut(trade_, account, terms, call);
            if (call.missingE4 != 0) revert IChanges.NotMet(id);
        }
    }

    /// @dev The loan becomes what the basket supports.
    function _repriceLoan(
        TradeId id,
        BusinessDate date,
        Account account,
        uint256 collateralE4,
        uint256 requiredE4
    ) private {
        Trade storage trade_ = _trades[id];
        address token = _token(_marginTerms(trade_).loanInstrument());
        uint96 before = account.loanQuantity();
        uint96 quantity = Math.mulDiv(before, collateralE4, requiredE4).toUint96();
        if (quantity == 0) revert ZeroQuantity(token);
        if (quantity == before) return;
        trade_.account = account.withLoan(quantity);
        emit IChanges.LoanChanged(id, date, quantity);
        if (quantity > before) {
            TokenMoves.move(token, trade_.lender, trade_.borrower, quantity - before);
        } else {
            TokenMoves.move(token, trade_.borrower, trade_.lender, before - quantity);
        }
    }

    /// @dev Interest until `date` is paid and counts anew from there.
    function _payInterest(TradeId id, BusinessDate date) private {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        int256 interest = _interest(trade_, trade_.account.loanQuantity(), terms, date);
        trade_.accruesFrom = date;
        if (interest == 0) return;
        emit IChanges.Paid(id, date, interest);
        _moveSigned(terms.rateInstrument(), trade_.borrower, trade_.lender, interest);
    }

    /// @dev From now on interest counts on the loan's value of `date`.
    function _accrueAnew(Trade storage trade_, BusinessDate date) private {
        MarginTerms terms = _marginTerms(trade_);
        if (terms.accrues()) _requireQuote(terms, date);
        trade_.valuedOn = date;
    }

    // ------------------------------------------------------------------ substitution

    function _substitute(Change calldata change, BusinessDate date, bool isAlone) private {
        TradeId id = change.trade;
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        if (terms.isNetted() || change.outgoing.length + change.incoming.length == 0) {
            revert IChanges.BadChange(id, change.verb);
        }
        (uint256 beforeE18,) = _worthE18(id, date);
        _setBasket(trade_, _exchanged(change, isAlone));
        (uint256 foundE18, uint256 requiredE18) = _worthE18(id, date);
        uint256 neededE18 = Math.min(beforeE18, requiredE18);
        if (foundE18 < neededE18) revert IChanges.Undercollateralised(id, foundE18, neededE18);

        for (uint256 i = 0; i < change.outgoing.length; ++i) {
            _giveBack(id, date, _listed(change.outgoing[i].token), change.outgoing[i].quantity);
        }
        for (uint256 i = 0; i < change.incoming.length; ++i) {
            _takeIn(id, date, _listed(change.incoming[i].token), change.incoming[i].quantity);
        }
    }

    /// @dev The basket after the exchange: what stays in its order, then what is new.
    function _exchanged(Change calldata change, bool isAlone)
        private
        view
        returns (Position[] memory positions)
    {
        Position[] memory before = _basket(_trades[change.trade]);
        uint256 size = before.length;
        positions = new Position[](size + change.incoming.length);
        for (uint256 i = 0; i < size; ++i) {
            positions[i] = before[i];
        }
        for (uint256 i = 0; i < change.outgoing.length; ++i) {
            Collateral calldata leg = change.outgoing[i];
            if (leg.quantity == 0) revert ZeroQuantity(leg.token);
            uint256 at = _find(positions, size, _listed(leg.token));
            uint96 held = at < size ? positions[at].quantity : 0;
            if (held < leg.quantity) {
                revert IChanges.NotHeld(change.trade, leg.token, held, leg.quantity);
            }
            _requireHaircut(change.trade, leg, positions[at]);
            positions[at].quantity = held - leg.quantity;
        }
        for (uint256 i = 0; i < change.incoming.length; ++i) {
            Collateral calldata leg = change.incoming[i];
            if (leg.quantity == 0) revert ZeroQuantity(leg.token);
            uint24 instrument = _listed(leg.token);
            uint256 at = _find(positions, size, instrument);
            if (at == size) {
                if (isAlone) revert IChanges.BadChange(change.trade, change.verb);
                _requireNew(change.trade, leg, instrument);
                positions[size] = Position(instrument, 0, leg.haircutBps);
                ++size;
            }
            _requireHaircut(change.trade, leg, positions[at]);
            positions[at].quantity += leg.quantity;
        }
        return _held(positions, size);
    }

    function _requireNew(TradeId id, Collateral calldata leg, uint24 instrument) private view {
        if (leg.haircutBps >= Margin.ONE_BPS) revert HaircutTooHigh(leg.token, leg.haircutBps);
        if (instrument == _marginTerms(_trades[id]).loanInstrument()) {
            revert DuplicateToken(leg.token);
        }
    }

    function _requireHaircut(TradeId id, Collateral calldata leg, Position memory position)
        private
        pure
    {
        if (leg.haircutBps == position.haircutBps) return;
        revert HaircutDiffers(id.unwrap(), leg.token, leg.haircutBps, position.haircutBps);
    }

    /// @dev Those of the first `size` of which there is something.
    function _held(Position[] memory positions, uint256 size)
        private
        pure
        returns (Position[] memory held)
    {
        uint256 count;
        for (uint256 i = 0; i < size; ++i) {
            if (positions[i].quantity == 0) continue;
            positions[count] = positions[i];
            ++count;
        }
        if (count == 0 || count > MAX_BASKET) revert BadBasketSize(count, MAX_BASKET);
        held = new Position[](count);
        for (uint256 i = 0; i < count; ++i) {
            held[i] = positions[i];
        }
    }

    /// @dev The basket's value and the required one, rounded down.
    function _worthE18(TradeId id, BusinessDate date)
        private
        view
        returns (uint256 collateralE18, uint256 requiredE18)
    {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        (Legs memory legs, uint256 denominator, uint256 owed,,,) =
            _value(id, trade_.account, terms, date);
        uint256 denominatorE4 = denominator * Margin.ONE_BPS;
        collateralE18 = Valuation.toE18RoundDown(legs.collateralE4, denominatorE4);
        requiredE18 = Valuation.toE18RoundDown(owed * terms.ratioBps(), denominatorE4);
    }

    // ------------------------------------------------------------------ novation

    function _novate(TradeId id, address from, address to) private {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        if (terms.isNetted()) revert IChanges.BadChange(id, Verb.Novate);
        (address lender, address borrower) = (trade_.lender, trade_.borrower);
        if (
            (from != lender && from != borrower) || to == lender || to == borrower
                || to == address(0)
        ) {
            revert BadParties(from, to);
        }
        if (from == borrower) {
            trade_.borrower = to;
            return;
        }
        trade_.lender = to;
        if (terms.custody() == Custody.Segregated) return;
        Position[] memory positions = _basket(trade_);
        for (uint256 i = 0; i < positions.length; ++i) {
            TokenMoves.move(_token(positions[i].instrument), from, to, positions[i].quantity);
        }
    }
}
