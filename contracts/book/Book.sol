// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IChangeConsent} from "../interfaces/IChangeConsent.sol";
import {ICorporateParts} from "../interfaces/ICorporateActions.sol";
import {IEscrowErrors} from "../interfaces/IEscrowErrors.sol";
import {IFixings} from "../interfaces/IFixings.sol";
import {Account, Status} from "../types/Account.sol";
import {Agreement, Custody} from "../types/Agreement.sol";
import {BusinessDate, businessDateOf} from "../types/BusinessDate.sol";
import {Change, ChangeLib} from "../types/Change.sol";
import {CorporateAction} from "../types/CorporateAction.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Holding, NettingSet, SetId, setIdOf} from "../types/NettingSet.sol";
import {Life, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Instruments} from "./Instruments.sol";

/// @title Book
/// @notice All that the escrow keeps. It and its further contracts, which it runs on its own storage, inherit this
/// alone and add no state: so they have one layout.
abstract contract Book is IEscrowErrors, Instruments, EIP712 {
    /// @dev Terms that trades share: they are written where no trade before has had the same.
    struct SharedTerms {
        MarginTerms margin;
        bytes32 agreement;
    }

    /// @notice Where prices and rates are read.
    IFixings public immutable FIXINGS;

    mapping(bytes32 hash => Agreement) internal _agreements;

    mapping(TradeId id => Trade) internal _trades;
    mapping(TradeId id => Life) internal _lives;

    uint32 private _sharedTermsCount;
    mapping(bytes32 hash => uint32 index) private _sharedTermsIndexOf;
    mapping(uint32 index => SharedTerms) internal _sharedTerms;

    /// @dev Who has agreed to a change, by its digest: nothing, AGREED or RETRACTED.
    mapping(bytes32 digest => mapping(address party => uint8)) internal _consents;
    uint8 internal constant AGREED = 1;
    uint8 internal constant RETRACTED = 2;

    mapping(address party => address) internal _guardians;

    mapping(SetId id => NettingSet) internal _sets;

    mapping(uint24 instrument => CorporateAction[]) internal _actions;

    constructor(address authority, IFixings fixings) AccessManaged(authority) EIP712("Tanpo", "1") {
        FIXINGS = fixings;
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _;
    }

    // ------------------------------------------------------------------ reading

    function _marginTerms(Trade storage trade_) internal view returns (MarginTerms) {
        return _sharedTerms[trade_.account.marginTermsIndex()].margin;
    }

    function _agreement(Trade storage trade_) internal view returns (Agreement storage) {
        return _agreements[_sharedTerms[trade_.account.marginTermsIndex()].agreement];
    }

    function _custodian(Trade storage trade_, Custody custody) internal view returns (address) {
        return custody == Custody.Segregated ? address(this) : trade_.lender;
    }

    /// @dev The netting set that the trade is in, where its agreement has netting.
    function _setId(Trade storage trade_) internal view returns (SetId) {
        bytes32 agreement = _sharedTerms[trade_.account.marginTermsIndex()].agreement;
        return setIdOf(trade_.lender, trade_.borrower, agreement);
    }

    function _isTitle(NettingSet storage set) internal view returns (bool) {
        return _agreements[set.agreement].custody == Custody.TitleTransfer;
    }

    /// @dev What of a holding secures the first party of its set, or the second.
    function _heldFor(Holding storage holding, bool first) internal view returns (uint256) {
        return first ? holding.heldForFirst : holding.heldForSecond;
    }

    function _token(uint24 instrument) internal view returns (address) {
        return _instrument(instrument).token;
    }

    // ------------------------------------------------------------------ writing

    /// @dev The index of these terms.
    function _sharedTermsIndex(MarginTerms margin, bytes32 agreement)
        internal
        returns (uint32 index)
    {
        bytes32 hash = keccak256(abi.encode(margin, agreement));
        index = _sharedTermsIndexOf[hash];
        if (index == 0) {
            // Written where no trade before has had the same.
            // slither-disable-next-line costly-loop
            index = ++_sharedTermsCount;
            _sharedTermsIndexOf[hash] = index;
            _sharedTerms[index] = SharedTerms(margin, agreement);
        }
    }

    function _changeDigest(Change calldata change) internal view returns (bytes32) {
        return _hashTypedDataV4(ChangeLib.hash(change));
    }

    /// @dev Carries out what issuers have declared up to `date` on the trade's securities, before anything else does.
    function _catchUp(TradeId id, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        BusinessDate since = trade_.account.lastMarked();
        MarginTerms terms = _marginTerms(trade_);
        bool isNeeded = _instrument(terms.loanInstrument()).lastAction > since
            || _instrument(terms.collateralInstrument()).lastAction > since;
        for (uint256 i = 0; !isNeeded && i < terms.furtherTokens(); ++i) {
            isNeeded = _instrument(trade_.further[i].instrument).lastAction > since;
        }
        if (isNeeded) ICorporateParts(address(this)).catchUpOne(id, date);
    }

    /// @dev No date before `date` is marked any more: quantities are those of `date`, prices would be older.
    function _forbidEarlierMarks(Trade storage trade_, BusinessDate date) internal {
        Account account = trade_.account;
        BusinessDate before = BusinessDate.wrap(BusinessDate.unwrap(date) - 1);
        if (!(before > account.lastMarked())) return;
        bool inDeficit = account.inDeficit();
        account = account.markedOn(before);
        trade_.account = inDeficit ? account.withDeficit() : account;
    }

    /// @dev A moment of at most 32 bits (February 2106).
    function _toUint32(uint40 moment) internal pure returns (uint32) {
        return uint32(Math.min(moment, type(uint32).max));
    }

    // ------------------------------------------------------------------ checks

    /// @dev The change is the next of an open trade.
    function _requireLive(Change calldata change) internal view {
        _requireOpen(change.trade, _trades[change.trade].account);
        uint32 next = _lives[change.trade].changes + 1;
        if (change.number != next) {
            revert IChangeConsent.WrongNumber(change.trade, change.number, next);
        }
        _requireUnexpired(change.expiry);
    }

    function _requireOpen(TradeId id, Account account) internal pure {
        if (!account.isOpen()) revert WrongStatus(id, account.status(), Status.Open);
    }

    function _requireStatus(TradeId id, Status found, Status needed) internal pure {
        if (found != needed) revert WrongStatus(id, found, needed);
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

    /// @dev Not before the last date that was marked, nor before the one from which interest counts.
    function _requireForward(TradeId id, BusinessDate date) internal view {
        Trade storage trade_ = _trades[id];
        BusinessDate last = trade_.account.lastMarked();
        if (trade_.accruesFrom > last) last = trade_.accruesFrom;
        if (date < last) revert AlreadyMarked(id, last, date);
    }

    function _requireUnexpired(uint256 expiry) internal view {
        if (block.timestamp > expiry) revert Expired(expiry, block.timestamp);
    }

    /// @dev Both the clock and the business date have come to `moment`.
    function _requireReached(uint40 moment, BusinessDate date) internal view {
        if (block.timestamp < moment) revert TooEarly(uint40(block.timestamp), moment);
        if (date < businessDateOf(moment)) {
            revert TooEarly(uint40(BusinessDate.unwrap(date)) * 1 days, moment);
        }
    }

    function _requireBegun(BusinessDate date) internal view {
        BusinessDate today = businessDateOf(uint40(block.timestamp));
        if (date > today) revert DateInFuture(date, today);
    }

    /// @dev A trade opens, changes or closes on the latest date with fixings or, before those of today are out, on a later one.
    function _requireCurrent(BusinessDate date) internal view {
        _requireBegun(date);
        BusinessDate latest = FIXINGS.latest();
        if (date < latest) revert DatePassed(date, latest);
    }
}
