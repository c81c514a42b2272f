// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {FixingKey} from "../types/FixingKey.sol";
import {Instrument} from "../types/Instrument.sol";

/// @notice One published value.
struct Fixing {
    uint64 valueE8; // never zero
    BusinessDate observedOn; // the day the source quoted it; not after the business date
}

/// @notice One value to publish.
struct Observation {
    FixingKey key;
    uint64 valueE8;
    BusinessDate observedOn;
}

/// @notice What one token is worth in a currency on a business date: units x price x fxNumerator / fxDenominator.
struct Quote {
    uint64 priceE8; // per 100 of face (bond), per share (equity); 1e8 for cash
    uint64 fxNumerator; // fxNumerator / fxDenominator is the value of one unit of the token's currency; 1 / 1 within it
    uint64 fxDenominator;
}

/// @title Fixings
/// @notice Closing prices and exchange rates, one value for each key and business date, published once and readable
/// for ever, so that days missed in an outage can be marked one after another.
/// An FX pair is kept as the market quotes it (EURUSD, USDJPY) and multiplied or divided as needed; a reciprocal is
/// never stored.
interface IFixings {
    /// @notice A value was published.
    event Published(
        FixingKey indexed key, BusinessDate indexed date, uint64 valueE8, BusinessDate observedOn
    );

    /// @notice The age allowed to a fixing changed.
    event MaxAgeSet(uint24 maxAgeDays);

    /// @notice There is no fixing of `key` for `date`.
    error MissingFixing(FixingKey key, BusinessDate date);

    /// @notice A key is an address, or two different currency codes.
    error MalformedKey(FixingKey key);

    /// @notice Neither `base``quote` nor its reverse has a fixing for `date`.
    error MissingRate(bytes3 base, bytes3 quote, BusinessDate date);

    /// @notice The fixing for `date` was observed longer before it than `maxAgeDays`.
    error StaleFixing(FixingKey key, BusinessDate date, BusinessDate observedOn, uint24 maxAgeDays);

    /// @notice A value cannot be observed after the business date that it is for.
    error ObservedLater(FixingKey key, BusinessDate date, BusinessDate observedOn);

    /// @notice Nothing can be published for a business date that has not begun.
    error DateInFuture(BusinessDate date, BusinessDate today);

    /// @notice A published value never changes.
    error AlreadyPublished(FixingKey key, BusinessDate date, uint64 found, uint64 offered);

    /// @notice A price or rate of zero is not a fixing.
    error ZeroFixing(FixingKey key, BusinessDate date);

    /// @notice The pair is quoted the other way round on that date.
    error ReciprocalPair(FixingKey offered, FixingKey found);

    /// @notice Publishes fixings of one business date. Feeders only. The same value again is no change and no error.
    /// @param date the business date; not after today (UTC).
    /// @param observations values with their keys; all are published or none.
    function publish(BusinessDate date, Observation[] calldata observations) external;

    /// @notice Sets how many days before its business date a fixing may have been observed. Administrator only. A lower
    /// age holds for fixings of the past too: trades with a rate, which count on those of their opening, may then neither
    /// be marked nor close.
    function setMaxAge(uint24 maxAgeDays_) external;

    /// @notice How many days before its business date a fixing may have been observed.
    function maxAgeDays() external view returns (uint24);

    /// @notice The latest business date with any fixing; 0 before the first.
    function latest() external view returns (BusinessDate);

    /// @notice The fixing of `key` for `date`; zero where there is none.
    function fixing(FixingKey key, BusinessDate date) external view returns (Fixing memory);

    /// @notice Price of `instrument` and rate of its currency into `currency` on `date`.
    /// Reverts with MissingFixing, MissingRate or StaleFixing.
    function quote(Instrument calldata instrument, bytes3 currency, BusinessDate date)
        external
        view
        returns (Quote memory);

    /// @notice Rate of `base` into `quoteCurrency` on `date` as a fraction without common zeros (USDJPY 134.15 is
    /// 13415 / 100, and JPY in USD 100 / 13415); 1 / 1 where they are the same.
    function rate(bytes3 base, bytes3 quoteCurrency, BusinessDate date)
        external
        view
        returns (uint64 numerator, uint64 denominator);
}
