// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Instruments} from "./Instruments.sol";
import {IEscrow} from "./interfaces/IEscrow.sol";
import {Status, newAccount} from "./types/Account.sol";
import {Kind} from "./types/Instrument.sol";
import {MarginTerms, newMarginTerms} from "./types/MarginTerms.sol";
import {Collateral, Terms, TermsLib} from "./types/Terms.sol";
import {Position, Trade} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title Consent
/// @notice The escrow's first half: how terms become a trade. See {IEscrow}, which is the manual.
abstract contract Consent is IEscrow, Instruments, EIP712 {
    uint256 private constant MAX_BASKET = 8;
    uint16 private constant ONE_BPS = 1e4;

    mapping(TradeId id => Trade) internal _trades;

    uint32 private _marginTermsCount;
    mapping(MarginTerms terms => uint32 index) private _marginTermsIndexOf;
    mapping(uint32 index => MarginTerms) internal _marginTerms;

    constructor() EIP712("Tanpo", "1") {}

    /// @inheritdoc IEscrow
    function register(Terms calldata terms) external returns (TradeId id) {
        id = tradeIdOf(terms);
        bool byLender = _requireParty(id, terms.lender, terms.borrower);
        _book(id, terms, byLender ? Status.ProposedByLender : Status.ProposedByBorrower);
        emit Approved(id, msg.sender);
    }

    /// @inheritdoc IEscrow
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

    /// @inheritdoc IEscrow
    function withdraw(Terms calldata terms) external {
        TradeId id = tradeIdOf(terms);
        _requireParty(id, terms.lender, terms.borrower);
        Status status = _trades[id].account.status();
        if (status >= Status.Approved) revert AlreadyBooked(id, status);
        _trades[id].account = _trades[id].account.withStatus(Status.Withdrawn);
        emit Withdrawn(id, msg.sender);
    }

    /// @inheritdoc IEscrow
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

    /// @inheritdoc IEscrow
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
            terms.loanQuantity, terms.collateral[0].quantity, _marginTermsIndex(terms), status
        );
        (trade_.lender, trade_.start, trade_.end) = (terms.lender, terms.start, terms.end);
        (trade_.borrower, trade_.rateE9) = (terms.borrower, terms.rateE9);
        trade_.expiry = uint32(Math.min(terms.expiry, type(uint32).max));
        for (uint256 i = 1; i < terms.collateral.length; ++i) {
            trade_.further
                .push(Position(_listed(terms.collateral[i].token), terms.collateral[i].quantity));
        }
        emit Registered(id, terms.lender, terms.borrower, terms);
    }

    /// @dev The index of these margin terms, which are written where no trade before has had the same.
    function _marginTermsIndex(Terms calldata terms) private returns (uint32 index) {
        MarginTerms marginTerms = newMarginTerms(
            terms,
            _listed(terms.loanToken),
            _listed(terms.collateral[0].token),
            terms.rateE9 == 0 ? 0 : _listed(terms.rateToken)
        );
        index = _marginTermsIndexOf[marginTerms];
        if (index == 0) {
            index = ++_marginTermsCount;
            _marginTermsIndexOf[marginTerms] = index;
            _marginTerms[index] = marginTerms;
        }
    }

    /// @dev What both parties may have signed by mistake.
    function _requireSound(Terms calldata terms) private view {
        if (terms.lender == terms.borrower) revert BadParties(terms.lender, terms.borrower);
        if (terms.loanQuantity == 0) revert ZeroQuantity(terms.loanToken);
        _requireBasket(terms);
        _requireCurrency(terms.valuationCurrency);
        if (terms.ratioBps == 0) revert ZeroRatio();
        if (terms.thresholdBps > ONE_BPS) revert ThresholdTooHigh(terms.thresholdBps, ONE_BPS);
        if (terms.end != 0 && terms.end < terms.start) {
            revert EndsBeforeStart(terms.start, terms.end);
        }
        _requireRate(terms);
    }

    function _requireBasket(Terms calldata terms) private pure {
        Collateral[] calldata basket_ = terms.collateral;
        if (basket_.length == 0 || basket_.length > MAX_BASKET) {
            revert BadBasketSize(basket_.length, MAX_BASKET);
        }
        for (uint256 i = 0; i < basket_.length; ++i) {
            if (basket_[i].quantity == 0) revert ZeroQuantity(basket_[i].token);
            if (basket_[i].token == terms.loanToken) revert DuplicateToken(terms.loanToken);
            for (uint256 j = 0; j < i; ++j) {
                if (basket_[j].token == basket_[i].token) revert DuplicateToken(basket_[i].token);
            }
        }
    }

    function _requireRate(Terms calldata terms) private view {
        bool sound = terms.rateE9 == 0
            ? terms.rateToken == address(0) && terms.dayCountBasis == 0
            : (terms.dayCountBasis == 360 || terms.dayCountBasis == 365)
                && _instrument(_listed(terms.rateToken)).kind == Kind.Cash;
        if (!sound) revert BadRate(terms.rateE9, terms.rateToken, terms.dayCountBasis);
    }

    function _requireSignature(TradeId id, address party, bytes calldata signature) private view {
        if (!SignatureChecker.isValidSignatureNowCalldata(party, TradeId.unwrap(id), signature)) {
            revert BadSignature(id, party);
        }
    }

    /// @dev True where the caller is the lender, false where it is the borrower.
    function _requireParty(TradeId id, address lender, address borrower)
        internal
        view
        returns (bool isLender)
    {
        isLender = msg.sender == lender;
        if (!isLender && msg.sender != borrower) revert NotAParty(id, msg.sender);
    }

    function _requireUnexpired(uint256 expiry) internal view {
        if (block.timestamp > expiry) revert Expired(expiry, block.timestamp);
    }
}
