// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {Fixing, IFixings, Observation, Quote} from "../interfaces/IFixings.sol";
import {BusinessDate, businessDateOf} from "../types/BusinessDate.sol";
import {FixingKey, pairKey, priceKey, reverseOf} from "../types/FixingKey.sol";
import {Instrument, Kind} from "../types/Instrument.sol";

/// @title Fixings
/// @notice See {IFixings}, which is the manual.
contract Fixings is IFixings, AccessManaged {
    /// @dev Prices and rates carry eight decimals.
    uint64 private constant ONE_E8 = 1e8;

    mapping(FixingKey key => mapping(BusinessDate date => Fixing)) private _fixings;

    /// @inheritdoc IFixings
    uint24 public maxAgeDays;

    /// @inheritdoc IFixings
    BusinessDate public latest;

    /// @param authority the AccessManager that names feeders and the administrator.
    /// @param maxAgeDays_ how many days before its business date a fixing may have been observed.
    constructor(address authority, uint24 maxAgeDays_) AccessManaged(authority) {
        _setMaxAge(maxAgeDays_);
    }

    /// @inheritdoc IFixings
    function publish(BusinessDate date, Observation[] calldata observations) external restricted {
        BusinessDate today = businessDateOf(uint40(block.timestamp));
        if (date > today) revert DateInFuture(date, today);
        for (uint256 i = 0; i < observations.length; ++i) {
            _publish(date, observations[i]);
        }
        if (observations.length > 0 && date > latest) latest = date;
    }

    /// @inheritdoc IFixings
    function setMaxAge(uint24 maxAgeDays_) external restricted {
        _setMaxAge(maxAgeDays_);
    }

    /// @inheritdoc IFixings
    function fixing(FixingKey key, BusinessDate date) external view returns (Fixing memory) {
        return _fixings[key][date];
    }

    /// @inheritdoc IFixings
    function quote(Instrument calldata instrument, bytes3 currency, BusinessDate date)
        external
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
        if (_fixings[direct][date].valueE8 != 0) return _reduced(_fresh(direct, date), ONE_E8);
        FixingKey reverse = pairKey(quoteCurrency, base);
        if (_fixings[reverse][date].valueE8 == 0) revert MissingRate(base, quoteCurrency, date);
        return _reduced(ONE_E8, _fresh(reverse, date));
    }

    function _publish(BusinessDate date, Observation calldata observation) private {
        FixingKey key = observation.key;
        if (!key.isWellFormed()) revert MalformedKey(key);
        if (observation.valueE8 == 0) revert ZeroFixing(key, date);
        if (observation.observedOn > date) revert ObservedLater(key, date, observation.observedOn);
        FixingKey reverse = reverseOf(key);
        if (_fixings[reverse][date].valueE8 != 0) revert ReciprocalPair(key, reverse);

        uint64 found = _fixings[key][date].valueE8;
        if (found == observation.valueE8) return;
        if (found != 0) revert AlreadyPublished(key, date, found, observation.valueE8);
        _fixings[key][date] = Fixing(observation.valueE8, observation.observedOn);
        emit Published(key, date, observation.valueE8, observation.observedOn);
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

    function _setMaxAge(uint24 maxAgeDays_) private {
        maxAgeDays = maxAgeDays_;
        emit MaxAgeSet(maxAgeDays_);
    }

    /// @dev The value for `date`, if there is one and it is young enough.
    function _fresh(FixingKey key, BusinessDate date) private view returns (uint64) {
        Fixing memory found = _fixings[key][date];
        if (found.valueE8 == 0) revert MissingFixing(key, date);
        if (date.daysSince(found.observedOn) > maxAgeDays) {
            revert StaleFixing(key, date, found.observedOn, maxAgeDays);
        }
        return found.valueE8;
    }
}
