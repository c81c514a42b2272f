// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";
import {Fixing, IFixings} from "../interfaces/IFixings.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {FixingKey, FixingKind} from "../types/FixingKey.sol";

/// @title FixingFeed
/// @notice The fixings of one key as {AggregatorV3Interface} has them. A round is a business date, in days since
/// 1970-01-01. It starts with the UTC day on which the value was observed, and was updated when the value was published,
/// so a reader's own limit of age works as with any other feed. Nobody can change anything here.
contract FixingFeed is AggregatorV3Interface {
    /// @inheritdoc AggregatorV3Interface
    uint8 public constant decimals = 8; // solhint-disable-line const-name-snakecase

    /// @inheritdoc AggregatorV3Interface
    uint256 public constant version = 1; // solhint-disable-line const-name-snakecase

    /// @notice Where the values are.
    IFixings public immutable FIXINGS;

    /// @notice What they are of.
    FixingKey public immutable KEY;

    /// @inheritdoc AggregatorV3Interface
    string public description;

    /// @notice There is no fixing for that round, or no recent one.
    error NoRound(FixingKey key, uint80 roundId);

    /// @param fixings where the values are.
    /// @param key what they are of; reverts with MalformedKey where it is of nothing.
    /// @param description_ for a person: "EUR / USD".
    constructor(IFixings fixings, FixingKey key, string memory description_) {
        if (key.kind() == FixingKind.Malformed) revert IFixings.MalformedKey(key);
        (FIXINGS, KEY) = (fixings, key);
        description = description_;
    }

    /// @inheritdoc AggregatorV3Interface
    function getRoundData(uint80 roundId_)
        external
        view
        returns (
            uint80 roundId,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        )
    {
        if (roundId_ > type(uint24).max) revert NoRound(KEY, roundId_);
        BusinessDate date = BusinessDate.wrap(uint24(roundId_));
        return _round(date, FIXINGS.fixing(KEY, date));
    }

    /// @notice The fixing of the latest business date that has one of this key, if it is of the last two weeks that have
    /// any fixing. Reverts with NoRound where it is older, as it does before the first.
    function latestRoundData()
        external
        view
        returns (
            uint80 roundId,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        )
    {
        (BusinessDate date, Fixing memory found) = FIXINGS.lastFixing(KEY, FIXINGS.latest());
        return _round(date, found);
    }

    function _round(BusinessDate date, Fixing memory found)
        private
        view
        returns (uint80, int256, uint256, uint256, uint80)
    {
        uint80 roundId = BusinessDate.unwrap(date);
        if (found.publishedAt == 0) revert NoRound(KEY, roundId);
        uint256 observed = uint256(BusinessDate.unwrap(found.observedOn)) * 1 days;
        return (roundId, found.valueE8, observed, found.publishedAt, roundId);
    }
}
