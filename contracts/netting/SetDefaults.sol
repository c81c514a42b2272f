// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {IChanges} from "../interfaces/IChanges.sol";
import {ICorporateActions} from "../interfaces/ICorporateActions.sol";
import {IFailures} from "../interfaces/IFailures.sol";
import {INettingSets} from "../interfaces/INettingSets.sol";
import {SetValuation, SetWorth} from "../libraries/SetValuation.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Status} from "../types/Account.sol";
import {Agreement, AgreementLib} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Holding, NettingSet, SetId} from "../types/NettingSet.sol";
import {Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Verb} from "../types/Verb.sol";
import {SetCalls} from "./SetCalls.sol";

/// @title SetDefaults
/// @notice When a party of a netting set does not deliver. See {INettingSets}.
abstract contract SetDefaults is SetCalls, ReentrancyGuardTransient {
    using AgreementLib for Agreement;
    using SafeCast for *;

    /// @notice See {INettingSets}.
    function cureSet(SetId id, BusinessDate date) external nonReentrant {
        NettingSet storage set = _sets[id];
        _requireCurrent(date);
        if (set.isInDefault) revert INettingSets.SetInDefault(id);
        if (BusinessDate.unwrap(set.deficit.since) == 0) revert INettingSets.SetNotFailed(id);
        BusinessDate marked = set.calledOn;
        _chargeSet(set, date);
        if (set.caughtUpTo > marked) revert ICorporateActions.MarkFirst(id.unwrap());
        SetWorth memory worth = _worth(id, marked);
        int256 exposureE4 = worth.requiredE4 - worth.collateralE4;
        SetCall memory call;
        (call.id, call.date, call.payer) = (id, marked, msg.sender);
        (call.byFirst, call.exposureE4) = (exposureE4 < 0, SignedMath.abs(exposureE4));
        bool hasTurned = call.exposureE4 == 0 || call.byFirst != set.deficit.byLender;
        delete set.deficit;
        if (!hasTurned) _carryOutSet(call, worth);
        if (call.missingE4 != 0) revert IChanges.NotMet(TradeId.wrap(id.unwrap()));
        emit INettingSets.SetCured(id, date, msg.sender);
    }

    /// @notice See {INettingSets}.
    function declareSetDefault(TradeId trade, BusinessDate date) external nonReentrant {
        Trade storage trade_ = _trades[trade];
        _requireCurrent(date);
        _requireOpen(trade, trade_.account);
        if (!_marginTerms(trade_).isNetted()) revert INettingSets.NotNetted(trade);
        bool byLender = _requireParty(trade, trade_.lender, trade_.borrower);
        if (!_agreement(trade_).mayAlone(byLender, Verb.Default)) {
            revert IFailures.NotEntitled(trade, msg.sender);
        }
        SetId id = _setId(trade_);
        NettingSet storage set = _sets[id];
        if (set.isInDefault) revert INettingSets.SetInDefault(id);
        uint256 cureDays = _agreement(trade_).cureDays;
        bool otherIsFirst = msg.sender != set.first;
        if (
            !_hasLasted(set.deficit, otherIsFirst, cureDays, date)
                && !_hasLasted(_lives[trade].late, !byLender, cureDays, date)
        ) revert INettingSets.SetNotFailed(id);
        (set.isInDefault, set.defaultByFirst) = (true, otherIsFirst);
        emit INettingSets.SetDefaulted(id, date, otherIsFirst ? set.first : set.second);
    }

    /// @notice See {INettingSets}.
    function closeOutSet(SetId id, TradeId[] calldata trades, BusinessDate date)
        external
        nonReentrant
    {
        NettingSet storage set = _sets[id];
        _requireCurrent(date);
        if (!set.isInDefault) revert INettingSets.SetNotInDefault(id);
        _requireAll(id, trades);
        SetWorth memory worth = _worth(id, date);
        int256 claim = _endAll(id, trades, date, worth);
        (uint256 forFirst, uint256 forSecond) = _held(set, worth);
        int256 rest = _divideHeld(id, date, worth, claim, claim >= 0 ? forFirst : forSecond);
        (address token, int256 residual, uint256 paid) =
            _settleRest(set, _paying(trades), date, rest, worth.denominator);
        emit INettingSets.SetClosedOut(
            id,
            date,
            SetValuation.toE18(claim, worth.denominator),
            SetValuation.toE18(forFirst.toInt256(), worth.denominator).toUint256(),
            SetValuation.toE18(forSecond.toInt256(), worth.denominator).toUint256(),
            token,
            residual,
            paid
        );
        delete _sets[id];
    }

    /// @dev Ends the trades. Returns what the second party owes the first for them.
    function _endAll(SetId id, TradeId[] calldata trades, BusinessDate date, SetWorth memory worth)
        private
        returns (int256 claim)
    {
        claim = worth.loan;
        address first = _sets[id].first;
        for (uint256 i = 0; i < trades.length; ++i) {
            TradeId trade = trades[i];
            Trade storage trade_ = _trades[trade];
            _requireForward(trade, date);
            MarginTerms terms = _marginTerms(trade_);
            int256 owed;
            if (terms.accrues()) {
                owed = _accrued(trade_, trade_.account, terms, date, worth.denominator);
            }
            owed += _dueValue(terms, _takeDue(trade, date), date, worth.denominator);
            claim += trade_.lender == first ? owed : -owed;
            trade_.account = trade_.account.withLoan(0).markedOn(date).withStatus(Status.ClosedOut);
        }
    }

    /// @dev Market values of what is held for each.
    function _held(NettingSet storage set, SetWorth memory worth)
        private
        view
        returns (uint256 forFirst, uint256 forSecond)
    {
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            Holding storage holding = set.holdings[i];
            // Divides without a remainder: takes the haircut off a unit again.
            // slither-disable-next-line divide-before-multiply
            uint256 unit = worth.units[i] / (1e4 - holding.haircutBps);
            forFirst += holding.heldForFirst * unit;
            forSecond += holding.heldForSecond * unit;
        }
    }

    /// @dev Who has a claim keeps of `held` value what that is worth; everything else goes back to who gave it.
    /// Returns what of the claim is left, and what a holder by title could not give back; as the second party's debt.
    function _divideHeld(
        SetId id,
        BusinessDate date,
        SetWorth memory worth,
        int256 claim,
        uint256 held
    ) private returns (int256 rest) {
        NettingSet storage set = _sets[id];
        bool byFirst = claim >= 0;
        uint256 size = SignedMath.abs(claim);
        bool keepsAll = size >= held;
        if (keepsAll) rest = byFirst ? (size - held).toInt256() : -(size - held).toInt256();
        Math.Rounding rounding =
            set.defaultByFirst == byFirst ? Math.Rounding.Floor : Math.Rounding.Ceil;
        for (uint256 i = 0; i < set.holdings.length; ++i) {
            uint256 quantity = _heldFor(set.holdings[i], byFirst);
            uint256 kept = keepsAll ? quantity : Math.mulDiv(quantity, size, held, rounding);
            _keep(id, date, set.holdings[i], byFirst, kept);
            int256 unit = (worth.units[i] / (1e4 - set.holdings[i].haircutBps)).toInt256();
            rest -= _release(id, date, set.holdings[i], true).toInt256() * unit;
            rest += _release(id, date, set.holdings[i], false).toInt256() * unit;
        }
    }

    function _keep(
        SetId id,
        BusinessDate date,
        Holding storage holding,
        bool forFirst,
        uint256 quantity
    ) private {
        if (quantity == 0) return;
        NettingSet storage set = _sets[id];
        address party = forFirst ? set.first : set.second;
        address token = _token(holding.instrument);
        _setHeldFor(holding, forFirst, _heldFor(holding, forFirst) - quantity);
        emit INettingSets.SetKept(id, date, party, token, quantity);
        if (!_isTitle(set)) TokenMoves.move(token, address(this), party, quantity);
    }

    /// @dev What is still held for one goes back to the other; from a holder by title as far as it has it.
    function _release(SetId id, BusinessDate date, Holding storage holding, bool forFirst)
        private
        returns (uint256 missing)
    {
        NettingSet storage set = _sets[id];
        uint256 quantity = _heldFor(holding, forFirst);
        if (quantity == 0 || !_isTitle(set)) {
            _giveBackHeld(id, date, holding, forFirst, quantity);
            return 0;
        }
        (address holder, address party) =
            forFirst ? (set.first, set.second) : (set.second, set.first);
        address token = _token(holding.instrument);
        uint256 moved = TokenMoves.moveAvailable(token, holder, party, quantity, 1);
        _setHeldFor(holding, forFirst, 0);
        if (moved > 0) emit INettingSets.SetReturned(id, date, party, token, moved);
        return quantity - moved;
    }

    function _settleRest(
        NettingSet storage set,
        TradeId trade,
        BusinessDate date,
        int256 rest,
        uint256 denominator
    ) private returns (address token, int256 residual, uint256 paid) {
        MarginTerms terms = _marginTerms(_trades[trade]);
        token = _token(terms.rateInstrument());
        (residual, paid) = _settleResidual(terms, date, rest, denominator, set.second, set.first);
    }
}
