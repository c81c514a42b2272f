// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {FixingKey} from "../types/FixingKey.sol";
import {Instrument} from "../types/Instrument.sol";
import {Correction, Observation, Report, Signature} from "../types/Report.sol";
import {IQuorum} from "./IQuorum.sol";

/// @notice One published value.
struct Fixing {
    int64 valueE8;
    BusinessDate observedOn; // the day the source quoted it; not after the business date
    uint40 publishedAt; // Unix seconds; zero where there is no fixing
    bool isUsed; // by a mark, or the interest of a netting set: final from then on
}

/// @notice What one token is worth in a currency on a business date: units x price x fxNumerator / fxDenominator.
struct Quote {
    uint64 priceE8; // per 100 of face (bond), per share (equity); 1e8 for cash
    uint64 fxNumerator; // fxNumerator / fxDenominator is the value of one unit of the token's currency; 1 / 1 within it
    uint64 fxDenominator;
}

/// @notice How far a value may be from the last one before it counts as an outlier.
struct Bounds {
    uint16 priceBps; // of the last price
    uint16 pairBps; // of the last rate of exchange
    uint16 rateBps; // basis points between two reference rates
}

/// @title Fixings
/// @notice Closing prices, exchange rates and reference rates: one value for each key and business date, readable for
/// ever, so that days missed in an outage can be marked one after another.
///
/// - A value counts once a quorum of feeders has signed the same report ({IQuorum}). Anybody may relay a report with any
///   of its signatures; those of an unfinished one are kept, so that feeders can add theirs one by one.
/// - An outlier against the last fixing of its key, or a value with none in the `LOOKBACK_DAYS` before, needs the larger
///   quorum. The others of its report do not wait for it.
/// - Once accepted a value is final. Only a correction, which names it and takes the same quorum, can replace it, and only
///   until a mark has used it, or the interest of a netting set counts on it. What opened, changed or closed at the old
///   value stays as it is.
/// - An FX pair is kept as the market quotes it (EURUSD, USDJPY) and multiplied or divided as needed; a reciprocal is
///   never stored.
interface IFixings is IQuorum {
    /// @notice A value was published.
    event Published(
        FixingKey indexed key, BusinessDate indexed date, int64 valueE8, BusinessDate observedOn
    );

    /// @notice A report waits for further signatures: all of it, or its outliers.
    event Proposed(bytes32 indexed digest, BusinessDate indexed date, Observation[] observations);

    /// @notice A value that a quorum signed is too far from the last one (zero: there is none) for so few signatures.
    event Withheld(
        FixingKey indexed key,
        BusinessDate indexed date,
        int64 valueE8,
        int64 lastE8,
        uint256 signatures,
        uint256 needed
    );

    /// @notice A correction waits for further signatures.
    event CorrectionProposed(bytes32 indexed digest, Correction correction);

    /// @notice A published value was replaced before any mark used it.
    event Corrected(
        FixingKey indexed key,
        BusinessDate indexed date,
        int64 foundE8,
        int64 valueE8,
        BusinessDate observedOn
    );

    /// @notice The age allowed to a fixing changed.
    event MaxAgeSet(uint8 maxAgeDays);

    /// @notice The bounds of outliers changed.
    event BoundsSet(Bounds bounds);

    /// @notice The escrow whose marks use fixings was named.
    event EscrowSet(address indexed escrow);

    /// @notice There is no fixing of `key` for `date`.
    error MissingFixing(FixingKey key, BusinessDate date);

    /// @notice A key is an address, two different currency codes, or a percent sign and a name.
    error MalformedKey(FixingKey key);

    /// @notice Neither `base``quote` nor its reverse has a fixing for `date`.
    error MissingRate(bytes3 base, bytes3 quote, BusinessDate date);

    /// @notice The fixing for `date` was observed longer before it than `maxAgeDays`.
    error StaleFixing(FixingKey key, BusinessDate date, BusinessDate observedOn, uint8 maxAgeDays);

    /// @notice A value cannot be observed after the business date that it is for.
    error ObservedLater(FixingKey key, BusinessDate date, BusinessDate observedOn);

    /// @notice Nothing can be published for a business date that has not begun.
    error DateInFuture(BusinessDate date, BusinessDate today);

    /// @notice A published value changes by a correction only.
    error AlreadyPublished(FixingKey key, BusinessDate date, int64 found, int64 offered);

    /// @notice A price or a rate of exchange is above zero.
    error NotPositive(FixingKey key, BusinessDate date, int64 offered);

    /// @notice The pair is quoted the other way round on that date.
    error ReciprocalPair(FixingKey offered, FixingKey found);

    /// @notice A report has each key once, in ascending order: the same values are the same report.
    error KeysNotAscending(FixingKey key);

    /// @notice A correction names another value than the published one, or one of another time.
    error FixingDiffers(
        FixingKey key, BusinessDate date, int64 found, uint40 foundAt, int64 named, uint40 namedAt
    );

    /// @notice A mark has used the value, which is final.
    error FixingUsed(FixingKey key, BusinessDate date, int64 found);

    /// @notice The escrow is named once.
    error EscrowAlreadySet(address found);

    /// @notice Only the escrow's marks make fixings final.
    error NotTheEscrow(address caller, address escrow);

    /// @notice Brings a report with signatures of its feeders. Anybody. With fewer signatures than the quorum they are
    /// kept, and the report waits for others; values that are published already change nothing and are no error.
    /// Reverts as a whole where a value can never be published, or a signature is not one of a feeder.
    /// @param report values of a business date that has begun (UTC).
    /// @param signatures of the report by feeders; one that is there already is ignored.
    function publish(Report calldata report, Signature[] calldata signatures) external;

    /// @notice Brings a correction with signatures of feeders. Anybody. One whose value is published already changes
    /// nothing and is no error.
    function correct(Correction calldata correction, Signature[] calldata signatures) external;

    /// @notice As `quote`, and makes the values that it reads final. The escrow only.
    function useQuote(Instrument calldata instrument, bytes3 currency, BusinessDate date)
        external
        returns (Quote memory);

    /// @notice Sets how many days before its business date a fixing may have been observed. Administrator only. A lower
    /// age holds for fixings of the past too: trades with a rate, which count on those of their opening, may then neither
    /// be marked nor close.
    function setMaxAge(uint8 maxAgeDays_) external;

    /// @notice Sets how far from the last fixing a value is an outlier. Administrator only.
    function setBounds(Bounds calldata bounds_) external;

    /// @notice Names the escrow whose marks make fixings final, once. Administrator only.
    function setEscrow(address escrow_) external;

    /// @notice How many days before its business date a fixing may have been observed.
    function maxAgeDays() external view returns (uint8);

    /// @notice How far from the last fixing a value is an outlier.
    function bounds() external view returns (Bounds memory);

    /// @notice The escrow whose marks make fixings final; zero until it is named.
    function escrow() external view returns (address);

    /// @notice The latest business date with any fixing; 0 before the first.
    function latest() external view returns (BusinessDate);

    /// @notice The fixing of `key` for `date`; zero where there is none.
    function fixing(FixingKey key, BusinessDate date) external view returns (Fixing memory);

    /// @notice The fixings of `keys` for `date`, as `fixing` gives each.
    function fixingsOf(FixingKey[] calldata keys, BusinessDate date)
        external
        view
        returns (Fixing[] memory);

    /// @notice The last fixing of `key` on or before `date`, if one lies in the `LOOKBACK_DAYS` before it, with its
    /// business date; zeros where there is none.
    function lastFixing(FixingKey key, BusinessDate date)
        external
        view
        returns (BusinessDate found, Fixing memory last);

    /// @notice What feeders sign of a report (EIP-712).
    function digestOf(Report calldata report) external view returns (bytes32);

    /// @notice What feeders sign of a correction (EIP-712).
    function digestOfCorrection(Correction calldata correction) external view returns (bytes32);

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
