// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Book} from "../book/Book.sol";
import {IConsent} from "../interfaces/IConsent.sol";
import {Status, newAccount} from "../types/Account.sol";
import {Agreement, AgreementLib} from "../types/Agreement.sol";
import {Kind} from "../types/Instrument.sol";
import {MarginTerms, newMarginTerms} from "../types/MarginTerms.sol";
import {Collateral, MAX_BASKET, Terms, TermsLib} from "../types/Terms.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";

/// @title Consent
/// @notice How terms become a trade; see {IConsent}, which is the manual.
abstract contract Consent is IConsent, Book {
    uint16 private constant ONE_BPS = 1e4;

    /// @inheritdoc IConsent
    function enter(Agreement calldata agreement) external returns (bytes32 hash) {
        _requireCurrency(agreement.valuationCurrency);
        if (agreement.thresholdBps > ONE_BPS) {
            revert ThresholdTooHigh(agreement.thresholdBps, ONE_BPS);
        }
        hash = AgreementLib.hash(agreement);
        if (_agreements[hash].valuationCurrency != 0) return hash;
        _agreements[hash] = agreement;
        emit Entered(hash, agreement);
    }

    /// @inheritdoc IConsent
    function register(Terms calldata terms) external returns (TradeId id) {
        id = tradeIdOf(terms);
        bool byLender = _requireParty(id, terms.lender, terms.borrower);
        _book(id, terms, byLender ? Status.ProposedByLender : Status.ProposedByBorrower);
        emit Approved(id, msg.sender);
    }

    /// @inheritdoc IConsent
    function approve(TradeId id) external {
        Trade storage trade_ = _trades[id];
        Status status = trade_.account.status();
        if (status != Status.ProposedByLender && status != Status.ProposedByBorrower) {
            revert WrongStatus(id, status, Status.ProposedByLender);
        }
        bool byLender = _requireParty(id, trade_.lender, trade_.borrower);
        if (byLender == (status == Status.ProposedByLender)) {
            revert AlreadyApprovedBy(id, msg.sender);
        }
        _requireUnexpired(trade_.expiry);
        trade_.account = trade_.account.withStatus(Status.Approved);
        emit Approved(id, msg.sender);
    }

    /// @inheritdoc IConsent
    function withdraw(Terms calldata terms) external {
        TradeId id = tradeIdOf(terms);
        _requireParty(id, terms.lender, terms.borrower);
        Status status = _trades[id].account.status();
        if (status >= Status.Approved) revert AlreadyBooked(id, status);
        _trades[id].account = _trades[id].account.withStatus(Status.Withdrawn);
        emit Withdrawn(id, msg.sender);
    }

    /// @inheritdoc IConsent
    function relay(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature
    ) public returns (TradeId id) {
        id = tradeIdOf(terms);
        _requireSignature(id, terms.lender, lenderSignature);
        _requireSignature(id, terms.borrower, borrowerSignature);
        _book(id, terms, Status.Approved);
        emit Approved(id, terms.lender);
        emit Approved(id, terms.borrower);
    }

    /// @inheritdoc IConsent
    function tradeIdOf(Terms calldata terms) public view returns (TradeId) {
        return TradeId.wrap(_hashTypedDataV4(TermsLib.hash(terms)));
    }

    /// @dev Writes the terms by instrument index. A trade whose terms fail here was never booked.
    function _book(TradeId id, Terms calldata terms, Status status) private {
        Trade storage trade_ = _trades[id];
        Status found = trade_.account.status();
        if (found != Status.None) revert AlreadyBooked(id, found);
        _requireUnexpired(terms.expiry);
        _requireSound(terms);

        trade_.account = newAccount(
            terms.loanQuantity, terms.collateral[0].quantity, _termsIndex(terms), status
        );
        (trade_.lender, trade_.borrower, trade_.rateE9) =
        (terms.lender, terms.borrower, terms.rateE9);
        (trade_.start, trade_.end, trade_.expiry) =
        (_toUint32(terms.start), _toUint32(terms.end), _toUint32(terms.expiry));
        for (uint256 i = 1; i < terms.collateral.length; ++i) {
            Collateral calldata leg = terms.collateral[i];
            trade_.further.push(Position(_listed(leg.token), leg.quantity, leg.haircutBps));
        }
        emit Registered(id, terms.lender, terms.borrower, terms);
    }

    function _termsIndex(Terms calldata terms) private returns (uint32) {
        MarginTerms margin = newMarginTerms(
            terms,
            _agreements[terms.agreement],
            _listed(terms.loanToken),
            _listed(terms.collateral[0].token),
            terms.rateToken == address(0) ? 0 : _listed(terms.rateToken)
        );
        return _sharedTermsIndex(margin, terms.agreement);
    }

    /// @dev What both parties may have signed by mistake.
    function _requireSound(Terms calldata terms) private view {
        if (terms.lender == terms.borrower) revert BadParties(terms.lender, terms.borrower);
        if (terms.loanQuantity == 0) revert ZeroQuantity(terms.loanToken);
        _requireBasket(terms);
        if (terms.ratioBps == 0) revert ZeroRatio();
        if (
            terms.callBelowBps > terms.ratioBps
                || (terms.returnAboveBps != 0 && terms.returnAboveBps < terms.ratioBps)
        ) revert BadLevels(terms.callBelowBps, terms.ratioBps, terms.returnAboveBps);
        if (terms.end != 0 && terms.end < terms.start) {
            revert EndsBeforeStart(terms.start, terms.end);
        }
        Agreement storage agreement = _agreements[terms.agreement];
        if (agreement.valuationCurrency == 0) revert UnknownAgreement(terms.agreement);
        _requireRate(terms, agreement.penaltyRateE9);
    }

    function _requireBasket(Terms calldata terms) private pure {
        Collateral[] calldata basket_ = terms.collateral;
        if (basket_.length == 0 || basket_.length > MAX_BASKET) {
            revert BadBasketSize(basket_.length, MAX_BASKET);
        }
        for (uint256 i = 0; i < basket_.length; ++i) {
            Collateral calldata leg = basket_[i];
            if (leg.quantity == 0) revert ZeroQuantity(leg.token);
            if (leg.haircutBps >= ONE_BPS) revert HaircutTooHigh(leg.token, leg.haircutBps);
            if (leg.token == terms.loanToken) revert DuplicateToken(leg.token);
            for (uint256 j = 0; j < i; ++j) {
                if (basket_[j].token == leg.token) revert DuplicateToken(leg.token);
            }
        }
    }

    function _requireRate(Terms calldata terms, uint32 penaltyRateE9) private view {
        bool sound = terms.rateToken == address(0)
            ? terms.rateE9 == 0 && penaltyRateE9 == 0 && terms.dayCountBasis == 0
            : (terms.dayCountBasis == 360 || terms.dayCountBasis == 365)
                && _instrument(_listed(terms.rateToken)).kind == Kind.Cash;
        if (!sound) revert BadRate(terms.rateE9, terms.rateToken, terms.dayCountBasis);
    }

    function _requireSignature(TradeId id, address party, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(party, TradeId.unwrap(id), signature)) {
            revert BadSignature(TradeId.unwrap(id), party);
        }
    }
}
