// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Bounds, Fixing, IFixings, Quote} from "../interfaces/IFixings.sol";
import {BusinessDate, businessDateOf} from "../types/BusinessDate.sol";
import {FixingKey, FixingKind, pairKey, priceKey} from "../types/FixingKey.sol";
import {FixingWord, StoredFixing, newStoredFixing, wordIndex} from "../types/FixingWord.sol";
import {Instrument, Kind} from "../types/Instrument.sol";
import {Correction, Observation, Report, ReportLib, Signature} from "../types/Report.sol";
import {Quorum} from "./Quorum.sol";

/// @title Fixings
/// @notice See {IFixings}, which is the manual.
contract Fixings is IFixings, Quorum, EIP712 {
    /// @notice How far back the last fixing is looked for, in days before a business date: two weeks, longer than any
    /// market's holidays.
    uint256 public constant LOOKBACK_DAYS = 14;

    /// @dev Prices and rates carry eight decimals.
    uint64 private constant ONE_E8 = 1e8;

    /// @dev Basis points of a whole, and a basis point of a rate (E8).
    uint256 private constant ONE_BPS = 1e4;

    /// @dev What holds for all values of one report.
    struct Rules {
        BusinessDate date;
        uint256 signatures;
        uint256 quorum;
        uint256 outlierQuorum;
        uint256 maxAgeDays;
        uint40 publishedAt;
        Bounds bounds;
    }

    /// @dev What became of an offered value.
    enum Outcome {
        Known,
        Waits,
        Published
    }

    mapping(FixingKey key => mapping(uint256 index => FixingWord)) private _words;

    /// @inheritdoc IFixings
    address public escrow;

    /// @inheritdoc IFixings
    uint8 public maxAgeDays;

    /// @inheritdoc IFixings
    BusinessDate public latest;

    Bounds private _bounds;

    /// @param authority the AccessManager that names feeders and the administrator.
    /// @param maxAgeDays_ how many days before its business date a fixing may have been observed.
    /// @param quorum_ signatures that a value needs.
    /// @param outlierQuorum_ signatures that an outlier needs.
    /// @param bounds_ what an outlier is.
    constructor(
        address authority,
        uint8 maxAgeDays_,
        uint8 quorum_,
        uint8 outlierQuorum_,
        Bounds memory bounds_
    ) AccessManaged(authority) Quorum(quorum_, outlierQuorum_) EIP712("Tanpo", "1") {
        _setMaxAge(maxAgeDays_);
        _setBounds(bounds_);
    }

    // ------------------------------------------------------------------ publishing

    /// @inheritdoc IFixings
    function publish(Report calldata report, Signature[] calldata signatures) external {
        _requireBegun(report.date);
        bytes32 digest = digestOf(report);
        (address[] memory signers, uint256 count) = _signersWith(digest, signatures);
        Rules memory rules = _rules(report.date, count);
        bool isWaiting = false;
        bool isPublished = false;
        FixingKey last;
        for (uint256 i = 0; i < report.observations.length; ++i) {
            FixingKey key = report.observations[i].key;
            if (i != 0 && !key.isAfter(last)) revert KeysNotAscending(key);
            last = key;
            Outcome outcome = _offer(report.observations[i], rules);
            if (outcome == Outcome.Waits) isWaiting = true;
            if (outcome == Outcome.Published) isPublished = true;
        }
        if (isPublished && report.date > latest) latest = report.date;
        if (!isWaiting) {
            _forgetSigners(digest);
        } else if (_keepSigners(digest, signers, count)) {
            emit Proposed(digest, report.date, report.observations);
        }
    }

    /// @inheritdoc IFixings
    function correct(Correction calldata correction, Signature[] calldata signatures) external {
        bytes32 digest = digestOfCorrection(correction);
        (address[] memory signers, uint256 count) = _signersWith(digest, signatures);
        (BusinessDate date, FixingKey key) = (correction.date, correction.key);
        StoredFixing found = _stored(key, date);
        if (!found.exists()) revert MissingFixing(key, date);
        (int64 valueE8, uint40 publishedAt) = (found.valueE8(), found.publishedAt());
        bool isThere = valueE8 == correction.valueE8
            && date.daysBefore(found.ageDays()) == correction.observedOn;
        if (isThere) return;
        if (valueE8 != correction.foundE8 || publishedAt != correction.foundAt) {
            revert FixingDiffers(
                key, date, valueE8, publishedAt, correction.foundE8, correction.foundAt
            );
        }
        if (found.isUsed()) revert FixingUsed(key, date, valueE8);
        Rules memory rules = _rules(date, count);
        // Later than what it replaces, also within one second: so no two corrections are the same.
        rules.publishedAt = uint40(Math.max(block.timestamp, publishedAt + 1));
        FixingKind kind = key.kind();
        StoredFixing stored = _sound(key, kind, correction.valueE8, correction.observedOn, rules);
        if (!_isEnough(_words[key], key, kind, correction.valueE8, rules)) {
            if (_keepSigners(digest, signers, count)) emit CorrectionProposed(digest, correction);
            return;
        }
        _forgetSigners(digest);
        FixingWord word = _words[key][wordIndex(date)];
        _words[key][wordIndex(date)] = word.with(date, stored);
        emit Corrected(key, date, valueE8, correction.valueE8, correction.observedOn);
    }

    /// @inheritdoc IFixings
    function useQuote(Instrument calldata instrument, bytes3 currency, BusinessDate date)
        external
        returns (Quote memory)
    {
        if (msg.sender != escrow) revert NotTheEscrow(msg.sender, escrow);
        if (instrument.kind != Kind.Cash) _use(priceKey(instrument.token), date);
        if (instrument.currency != currency) {
            FixingKey direct = pairKey(instrument.currency, currency);
            _use(_stored(direct, date).exists() ? direct : direct.reverse(), date);
        }
        return quote(instrument, currency, date);
    }

    // ------------------------------------------------------------------ settings

    /// @inheritdoc IFixings
    function setMaxAge(uint8 maxAgeDays_) external restricted {
        _setMaxAge(maxAgeDays_);
    }

    /// @inheritdoc IFixings
    function setBounds(Bounds calldata bounds_) external restricted {
        _setBounds(bounds_);
    }

    /// @inheritdoc IFixings
    function setEscrow(address escrow_) external restricted {
        if (escrow != address(0)) revert EscrowAlreadySet(escrow);
        // Zero names nobody, and the escrow can still be named.
        // slither-disable-next-line missing-zero-check
        escrow = escrow_;
        emit EscrowSet(escrow_);
    }

    // ------------------------------------------------------------------ reading

    /// @inheritdoc IFixings
    function bounds() external view returns (Bounds memory) {
        return _bounds;
    }

    /// @inheritdoc IFixings
    function fixing(FixingKey key, BusinessDate date) public view returns (Fixing memory result) {
        StoredFixing found = _stored(key, date);
        if (!found.exists()) return result;
        return Fixing(
            found.valueE8(), date.daysBefore(found.ageDays()), found.publishedAt(), found.isUsed()
        );
    }

    /// @inheritdoc IFixings
    function fixingsOf(FixingKey[] calldata keys, BusinessDate date)
        external
        view
        returns (Fixing[] memory result)
    {
        result = new Fixing[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            result[i] = fixing(keys[i], date);
        }
    }

    /// @inheritdoc IFixings
    function lastFixing(FixingKey key, BusinessDate date)
        external
        view
        returns (BusinessDate found, Fixing memory last)
    {
        (found,) = _last(_words[key], date);
        last = fixing(key, found);
    }

    /// @inheritdoc IFixings
    function digestOf(Report calldata report) public view returns (bytes32) {
        return _hashTypedDataV4(ReportLib.hash(report));
    }

    /// @inheritdoc IFixings
    function digestOfCorrection(Correction calldata correction) public view returns (bytes32) {
        return _hashTypedDataV4(ReportLib.hash(correction));
    }

    /// @inheritdoc IFixings
    function quote(Instrument calldata instrument, bytes3 currency, BusinessDate date)
        public
        view
        returns (Quote memory result)
    {
        result.priceE8 =
            instrument.kind == Kind.Cash ? ONE_E8 : _fresh(priceKey(instrument.token), date);
        (result.fxNumerator, result.fxDenominator) = rate(instrument.currency, currency, date);
    }

    /// @inheritdoc IFixings
    function rate(bytes3 base, bytes3 quoteCurrency, BusinessDate date)
        public
        view
        returns (uint64 numerator, uint64 denominator)
    {
        if (base == quoteCurrency) return (1, 1);
        FixingKey direct = pairKey(base, quoteCurrency);
        if (_stored(direct, date).exists()) return _reduced(_fresh(direct, date), ONE_E8);
        FixingKey reversed = direct.reverse();
        if (!_stored(reversed, date).exists()) revert MissingRate(base, quoteCurrency, date);
        return _reduced(ONE_E8, _fresh(reversed, date));
    }

    // ------------------------------------------------------------------ one value

    /// @dev Publishes the value where it is new and has enough signatures. Reverts where it never can be.
    function _offer(Observation calldata offered, Rules memory rules) private returns (Outcome) {
        FixingKey key = offered.key;
        int64 valueE8 = offered.valueE8;
        FixingKind kind = key.kind();
        if (kind == FixingKind.Malformed) revert MalformedKey(key);
        BusinessDate date = rules.date;
        StoredFixing stored = _sound(key, kind, valueE8, offered.observedOn, rules);
        if (kind == FixingKind.Pair && _stored(key.reverse(), date).exists()) {
            revert ReciprocalPair(key, key.reverse());
        }
        mapping(uint256 => FixingWord) storage words = _words[key];
        FixingWord word = words[wordIndex(date)];
        StoredFixing found = word.at(date);
        if (found.exists()) {
            if (found.valueE8() == valueE8) return Outcome.Known;
            revert AlreadyPublished(key, date, found.valueE8(), valueE8);
        }
        if (!_isEnough(words, key, kind, valueE8, rules)) return Outcome.Waits;
        words[wordIndex(date)] = word.with(date, stored);
        emit Published(key, date, valueE8, offered.observedOn);
        return Outcome.Published;
    }

    /// @dev The value as it is stored. Reverts where it can never be one.
    function _sound(
        FixingKey key,
        FixingKind kind,
        int64 valueE8,
        BusinessDate observedOn,
        Rules memory rules
    ) private view returns (StoredFixing) {
        BusinessDate date = rules.date;
        if (valueE8 <= 0 && kind != FixingKind.Rate) revert NotPositive(key, date, valueE8);
        if (observedOn > date) revert ObservedLater(key, date, observedOn);
        uint256 ageDays = date.daysSince(observedOn);
        if (ageDays > rules.maxAgeDays) {
            revert StaleFixing(key, date, observedOn, uint8(rules.maxAgeDays)); // came from 8 bits
        }
        return newStoredFixing(valueE8, rules.publishedAt, ageDays);
    }

    /// @dev Whether there are enough signatures for the value.
    function _isEnough(
        mapping(uint256 => FixingWord) storage words,
        FixingKey key,
        FixingKind kind,
        int64 valueE8,
        Rules memory rules
    ) private returns (bool) {
        if (rules.signatures >= rules.outlierQuorum) return true;
        if (rules.signatures < rules.quorum) return false;
        (, StoredFixing last) = _last(words, rules.date.daysBefore(1));
        int64 lastE8 = last.valueE8();
        if (last.exists() && _isWithin(kind, valueE8, lastE8, rules.bounds)) return true;
        emit Withheld(key, rules.date, valueE8, lastE8, rules.signatures, rules.outlierQuorum);
        return false;
    }

    /// @dev Whether the value is no outlier. Products of 64 bits and 16 do not overflow.
    function _isWithin(FixingKind kind, int64 valueE8, int64 lastE8, Bounds memory bounds_)
        private
        pure
        returns (bool)
    {
        unchecked {
            uint256 moved = SignedMath.abs(int256(valueE8) - lastE8);
            if (kind == FixingKind.Rate) return moved <= bounds_.rateBps * ONE_BPS;
            uint256 bps = kind == FixingKind.Price ? bounds_.priceBps : bounds_.pairBps;
            return moved * ONE_BPS <= SignedMath.abs(lastE8) * bps;
        }
    }

    /// @dev What holds for all values of a report with so many signatures.
    function _rules(BusinessDate date, uint256 signatures) private view returns (Rules memory) {
        return Rules(
            date, signatures, quorum, outlierQuorum, maxAgeDays, uint40(block.timestamp), _bounds
        );
    }

    /// @dev Where there is none, `quote` says so.
    function _use(FixingKey key, BusinessDate date) private {
        FixingWord word = _words[key][wordIndex(date)];
        StoredFixing found = word.at(date);
        if (found.exists() && !found.isUsed()) {
            _words[key][wordIndex(date)] = word.with(date, found.used());
        }
    }

    function _stored(FixingKey key, BusinessDate date) private view returns (StoredFixing) {
        return _words[key][wordIndex(date)].at(date);
    }

    /// @dev The last fixing on or before `date`, within the days that are looked back; zeros where there is none.
    function _last(mapping(uint256 => FixingWord) storage words, BusinessDate date)
        private
        view
        returns (BusinessDate, StoredFixing found)
    {
        for (uint256 i = 0; i < LOOKBACK_DAYS; ++i) {
            found = words[wordIndex(date)].at(date);
            if (found.exists()) return (date, found);
            if (BusinessDate.unwrap(date) == 0) break;
            date = date.daysBefore(1);
        }
        return (BusinessDate.wrap(0), found);
    }

    /// @dev The value for `date`, if there is one and it is young enough. Prices and pairs are positive.
    function _fresh(FixingKey key, BusinessDate date) private view returns (uint64) {
        StoredFixing found = _stored(key, date);
        if (!found.exists()) revert MissingFixing(key, date);
        if (found.ageDays() > maxAgeDays) {
            revert StaleFixing(key, date, date.daysBefore(found.ageDays()), maxAgeDays);
        }
        return uint64(found.valueE8());
    }

    /// @dev A rate has few decimals: without its zeros, values of many currencies have a common denominator that fits.
    function _reduced(uint256 numerator, uint256 denominator)
        private
        pure
        returns (uint64, uint64)
    {
        unchecked {
            while (numerator % 10 == 0 && denominator % 10 == 0) {
                numerator /= 10;
                denominator /= 10;
            }
        }
        return (uint64(numerator), uint64(denominator)); // both came from 64 bits
    }

    function _requireBegun(BusinessDate date) private view {
        BusinessDate today = businessDateOf(uint40(block.timestamp));
        if (date > today) revert DateInFuture(date, today);
    }

    function _setMaxAge(uint8 maxAgeDays_) private {
        maxAgeDays = maxAgeDays_;
        emit MaxAgeSet(maxAgeDays_);
    }

    function _setBounds(Bounds memory bounds_) private {
        _bounds = bounds_;
        emit BoundsSet(bounds_);
    }
}
