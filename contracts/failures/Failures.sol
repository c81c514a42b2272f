// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Book} from "../book/Book.sol";
import {IChanges} from "../interfaces/IChanges.sol";
import {ICorporateActions} from "../interfaces/ICorporateActions.sol";
import {IEndings} from "../interfaces/IEndings.sol";
import {IFailures} from "../interfaces/IFailures.sol";
import {IFixings} from "../interfaces/IFixings.sol";
import {IKeepers} from "../interfaces/IKeepers.sol";
import {INettingParts} from "../interfaces/INettingSets.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Legs} from "../libraries/Valuation.sol";
import {Account, Status} from "../types/Account.sol";
import {Agreement, AgreementLib, Custody} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Failure, Life, Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Verb} from "../types/Verb.sol";
import {Lateness} from "./Lateness.sol";

/// @title Failures
/// @notice What happens when a party does not deliver (see {IFailures}, which is the manual), and how trades end. The
/// escrow runs this code on its own storage; called by itself this contract has no trades.
contract Failures is IFailures, IEndings, Lateness, ReentrancyGuardTransient {
    using AgreementLib for Agreement;
    using SafeCast for int256;

    constructor(address authority, IFixings fixings) Book(authority, fixings) {}

    /// @inheritdoc IEndings
    function closeOne(TradeId id, BusinessDate date, address caller) external onlySelf {
        bool isNetted = _marginTerms(_trades[id]).isNetted();
        if (isNetted) INettingParts(address(this)).leave(id, date);
        _closeAtEnd(id, date, caller);
        if (isNetted) INettingParts(address(this)).join(id, date);
    }

    /// @inheritdoc IEndings
    function endNow(TradeId id, BusinessDate date, bool withInterest) external onlySelf {
        _close(id, date, withInterest);
    }

    /// @inheritdoc IFailures
    function noteLate(TradeId id, BusinessDate date) external nonReentrant {
        Trade storage trade_ = _trades[id];
        _requireCurrent(date);
        _requireOpen(id, trade_.account);
        _requireForward(id, date);
        _catchUp(id, date);
        if (trade_.end == 0) revert IChanges.BadEnd(id, 0, 0);
        _requireReached(trade_.end, date);
        if (_marginTerms(trade_).isNetted()) _chargeFromSet(id, date);
        _charge(id, _lives[id].deficit, date);
        (bool isShort, bool byLender) = _late(id, date);
        address party = byLender ? trade_.lender : trade_.borrower;
        if (!isShort || BusinessDate.unwrap(_lives[id].late.since) != 0) {
            revert NotFailed(id, party);
        }
        uint128 missingE6 = _missingE6RoundUp(id, byLender, date);
        _lives[id].late = Failure(date, date, byLender, missingE6);
        trade_.account = trade_.account.withFailure();
        emit Late(id, date, party, missingE6);
    }

    /// @inheritdoc IFailures
    function cure(TradeId id, BusinessDate date) external nonReentrant {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        _requireCurrent(date);
        _requireOpen(id, account);
        _requireForward(id, date);
        Life storage life = _lives[id];
        if (BusinessDate.unwrap(life.deficit.since) == 0) revert NotFailed(id, trade_.borrower);
        _charge(id, life.deficit, date);

        _catchUp(id, date);
        if (life.caughtUpTo > life.calledOn) {
            revert ICorporateActions.MarkFirst(TradeId.unwrap(id));
        }
        _redo(id, account, life.deficit.byLender);
        delete life.deficit;
        emit Cured(id, date, msg.sender);
    }

    /// @inheritdoc IFailures
    function buyIn(TradeId id, address token, uint96 quantity, BusinessDate date)
        external
        nonReentrant
    {
        Trade storage trade_ = _trades[id];
        _requireCurrent(date);
        _requireOpen(id, trade_.account);
        _requireForward(id, date);
        _catchUp(id, date);
        MarginTerms terms = _marginTerms(trade_);
        Failure storage late = _lives[id].late;
        bool byLender = late.byLender;
        address party = byLender ? trade_.lender : trade_.borrower;
        _requireLasting(id, late, party, date);
        if (terms.rateInstrument() == 0) revert BadRate(trade_.rateE9, address(0), 0);
        _charge(id, late, date);

        uint24 instrument = _listed(token);
        uint256 cost = _costRoundUp(terms, instrument, quantity, date);
        emit BoughtIn(id, date, party, msg.sender, token, quantity, cost);
        if (terms.isNetted()) INettingParts(address(this)).leave(id, date);
        if (byLender) _buyCollateral(id, date, instrument, quantity);
        else _buyLoan(id, date, instrument, quantity);
        if (terms.isNetted()) INettingParts(address(this)).join(id, date);
        late.missingE6 = _missingE6RoundUp(id, byLender, date);
        address receiver = byLender ? trade_.borrower : trade_.lender;
        if (receiver != msg.sender) TokenMoves.move(token, msg.sender, receiver, quantity);
        TokenMoves.move(_token(terms.rateInstrument()), party, msg.sender, cost);
    }

    /// @inheritdoc IFailures
    function declareDefault(TradeId id, BusinessDate date) external nonReentrant {
        Trade storage trade_ = _trades[id];
        _requireCurrent(date);
        _requireOpen(id, trade_.account);
        _requireForward(id, date);
        _catchUp(id, date);
        if (_marginTerms(trade_).isNetted()) revert IKeepers.Netted(id);
        bool byLender = _requireParty(id, trade_.lender, trade_.borrower);
        if (!_agreement(trade_).mayAlone(byLender, Verb.Default)) {
            revert NotEntitled(id, msg.sender);
        }
        Life storage life = _lives[id];
        address party = byLender ? trade_.borrower : trade_.lender;
        uint256 cureDays = _agreement(trade_).cureDays;
        if (
            !_hasLasted(life.deficit, !byLender, cureDays, date)
                && !_hasLasted(life.late, !byLender, cureDays, date)
        ) revert NotFailed(id, party);
        _charge(id, life.deficit, date);
        _charge(id, life.late, date);
        life.defaultByLender = !byLender;
        trade_.account = trade_.account.withStatus(Status.Defaulted);
        emit Defaulted(id, date, party);
    }

    /// @inheritdoc IFailures
    function closeOut(TradeId id, BusinessDate date) external nonReentrant {
        _requireCurrent(date);
        _requireStatus(id, _trades[id].account.status(), Status.Defaulted);
        _requireForward(id, date);
        _catchUp(id, date);
        _closeOut(id, date);
    }

    /// @dev The last mark's call again, with the caller in the place of who failed; nothing where a change since then has
    /// turned the exposure.
    function _redo(TradeId id, Account account, bool byLender) private {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        BusinessDate date = _lives[id].calledOn;
        (Legs memory legs,, uint256 owed,,,) = _value(id, account, terms, date);
        uint256 requiredE4 = owed * terms.ratioBps();
        trade_.account = account.withoutDeficit();
        if (requiredE4 == legs.collateralE4 || byLender == (requiredE4 > legs.collateralE4)) {
            return;
        }
        Call memory call = _newCall(id, date, terms, legs, requiredE4);
        call.from = msg.sender;
        trade_.account = _carryOut(trade_, account, terms, call).withoutDeficit();
        if (call.missingE4 != 0) revert IChanges.NotMet(id);
    }

    function _requireLasting(TradeId id, Failure storage failure, address party, BusinessDate date)
        private
        view
    {
        uint256 cureDays = _agreement(_trades[id]).cureDays;
        if (!_hasLasted(failure, failure.byLender, cureDays, date)) revert NotFailed(id, party);
    }

    // ------------------------------------------------------------------ buy-in

    /// @dev What `quantity` is worth on `date`, in smallest units of the rate token.
    function _costRoundUp(MarginTerms terms, uint24 instrument, uint256 quantity, BusinessDate date)
        private
        view
        returns (uint256)
    {
        (uint256 value, uint256 denominator) = _valueOf(instrument, quantity, terms.dayKey(date));
        (uint256 multiplier, uint256 divisor) = _rateUnits(terms, date);
        return Math.mulDiv(value, multiplier, denominator * divisor, Math.Rounding.Ceil);
    }

    function _buyLoan(TradeId id, BusinessDate date, uint24 instrument, uint96 quantity) private {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        uint96 most = instrument == terms.loanInstrument() ? trade_.account.loanQuantity() : 0;
        if (quantity > most) revert TooMuch(id, _token(instrument), quantity, most);
        _lives[id].due += _interest(trade_, quantity, terms, date).toInt128();
        trade_.account = trade_.account.withLoan(most - quantity);
        emit IChanges.LoanChanged(id, date, most - quantity);
    }

    function _buyCollateral(TradeId id, BusinessDate date, uint24 instrument, uint96 quantity)
        private
    {
        Trade storage trade_ = _trades[id];
        Position[] memory positions = _basket(trade_);
        uint256 at = _find(positions, positions.length, instrument);
        bool isHeld =
            at < positions.length && _marginTerms(trade_).custody() == Custody.TitleTransfer;
        uint96 most = isHeld ? positions[at].quantity : 0;
        if (!isHeld || quantity > most) revert TooMuch(id, _token(instrument), quantity, most);
        positions[at].quantity = most - quantity;
        _setBasket(trade_, positions);
        emit IKeepers.Returned(id, date, _token(instrument), quantity);
    }
}
