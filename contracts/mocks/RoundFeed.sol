// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title RoundFeed
/// @notice A price feed as Chainlink's proxies are read, whose rounds are whatever it is told.
contract RoundFeed {
    struct Round {
        int256 answer;
        uint256 updatedAt;
        uint80 answeredInRound;
        bool isThere;
    }

    mapping(uint80 id => Round) private _rounds;
    uint80 private _latest;
    uint8 private immutable DECIMALS;

    /// @notice Nothing is known of the round.
    error NoDataPresent();

    constructor(uint8 decimals_) {
        DECIMALS = decimals_;
    }

    /// @notice From now on round `id` is the latest, and has these data.
    function set(uint80 id, int256 answer, uint256 updatedAt, uint80 answeredInRound) external {
        _rounds[id] = Round(answer, updatedAt, answeredInRound, true);
        _latest = id;
    }

    /// @notice Digits of an answer after the point.
    function decimals() external view returns (uint8) {
        return DECIMALS;
    }

    /// @notice Data of the latest round; a revert where there is none.
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
        return getRoundData(_latest);
    }

    /// @notice Data of round `id`; a revert where there is none.
    function getRoundData(uint80 id)
        public
        view
        returns (
            uint80 roundId,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        )
    {
        Round memory round = _rounds[id];
        if (!round.isThere) revert NoDataPresent();
        return (id, round.answer, round.updatedAt, round.updatedAt, round.answeredInRound);
    }
}
