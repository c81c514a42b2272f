// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// The name is Chainlink's.
// solhint-disable interface-starts-with-i

/// @title AggregatorV3Interface
/// @notice How most contracts read a price: Chainlink's interface, function for function.
interface AggregatorV3Interface {
    /// @notice Decimal places of answers.
    function decimals() external view returns (uint8);

    /// @notice What the answers are of.
    function description() external view returns (string memory);

    /// @notice Of the feed's interface.
    function version() external view returns (uint256);

    /// @notice The answer of one round.
    function getRoundData(uint80 roundId_)
        external
        view
        returns (
            uint80 roundId,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        );

    /// @notice The answer of the latest round.
    function latestRoundData()
        external
        view
        returns (
            uint80 roundId,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        );
}
