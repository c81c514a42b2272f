// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Baskets} from "../book/Baskets.sol";
import {Book} from "../book/Book.sol";
import {Settling} from "../book/Settling.sol";
import {IConsent} from "../interfaces/IConsent.sol";
import {IFixings} from "../interfaces/IFixings.sol";
import {IReading, ValuationE18} from "../interfaces/IReading.sol";
import {Margin} from "../libraries/Margin.sol";
import {Legs, Valuation} from "../libraries/Valuation.sol";
import {Account} from "../types/Account.sol";
import {Agreement} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Collateral, Terms} from "../types/Terms.sol";
import {Position, Trade, TradeView} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {ChangeConsent} from "./ChangeConsent.sol";
import {Consent} from "./Consent.sol";

/// @title Registry
/// @notice How trades come to be, and what anybody may see of them. The escrow runs this code on its own storage;
/// called by itself this contract has no trades.
contract Registry is IReading, Consent, ChangeConsent, Settling, Baskets, ReentrancyGuardTransient {
    constructor(address authority, IFixings fixings) Book(authority, fixings) {}

    /// @dev What no part has comes here.
    // solhint-disable-next-line payable-fallback
    fallback() external {
        revert UnknownFunction(msg.sig);
    }

    /// @inheritdoc IConsent
    function open(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature,
        BusinessDate date
    ) external nonReentrant returns (TradeId id) {
        _requireCurrent(date);
        id = relay(terms, lenderSignature, borrowerSignature);
        _settle(id, date);
    }

    /// @inheritdoc IReading
    function trade(TradeId id) external view returns (TradeView memory view_) {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms(trade_);
        view_.status = account.status();
        view_.lender = trade_.lender;
        view_.borrower = trade_.borrower;
        view_.loanToken = _token(terms.loanInstrument());
        view_.loanQuantity = account.loanQuantity();
        view_.ratioBps = uint16(terms.ratioBps());
        view_.callBelowBps = uint16(terms.callBelowBps());
        view_.returnAboveBps = uint16(terms.returnAboveBps());
        view_.rateE9 = trade_.rateE9;
        if (terms.rateInstrument() != 0) {
            view_.dayCountBasis = uint16(terms.dayCountBasis());
            view_.rateToken = _token(terms.rateInstrument());
        }
        view_.start = trade_.start;
        view_.end = trade_.end;
        view_.valuedOn = trade_.valuedOn;
        view_.accruesFrom = trade_.accruesFrom;
        view_.lastMarked = account.lastMarked();
        view_.inDeficit = account.inDeficit();
        view_.agreement = _sharedTerms[account.marginTermsIndex()].agreement;
        view_.life = _lives[id];
    }

    /// @inheritdoc IReading
    function agreement(bytes32 hash) external view returns (Agreement memory) {
        return _agreements[hash];
    }

    /// @inheritdoc IReading
    function basket(TradeId id) external view returns (Collateral[] memory held) {
        Trade storage trade_ = _trades[id];
        if (trade_.lender == address(0)) return held;
        Position[] memory positions = _basket(trade_);
        held = new Collateral[](positions.length);
        for (uint256 i = 0; i < held.length; ++i) {
            held[i] = Collateral(
                _token(positions[i].instrument), positions[i].quantity, positions[i].haircutBps
            );
        }
    }

    /// @inheritdoc IReading
    function valuation(TradeId id, BusinessDate date) external view returns (ValuationE18 memory) {
        Trade storage trade_ = _trades[id];
        MarginTerms terms = _marginTerms(trade_);
        (Legs memory legs, uint256 denominator, uint256 owed, int256 accrued,,) =
            _value(id, trade_.account, terms, date);
        uint256 denominatorE4 = denominator * Margin.ONE_BPS;
        return ValuationE18(
            Valuation.toE18RoundDown(legs.loan, denominator),
            _signed(Valuation.toE18RoundDown(SignedMath.abs(accrued), denominator), accrued),
            Valuation.toE18RoundDown(owed * terms.ratioBps(), denominatorE4),
            Valuation.toE18RoundDown(legs.collateralE4, denominatorE4)
        );
    }
}
