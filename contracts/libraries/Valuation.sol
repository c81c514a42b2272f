// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Quote} from "../interfaces/IFixings.sol";

/// @notice A quantity of one token with what values it.
struct Line {
    uint256 quantity; // smallest units
    uint256 scale; // decimals of the token, plus 2 where it is quoted per 100
    Quote quote;
}

/// @notice The two legs' values over one denominator: exact fractions of the valuation currency.
struct Legs {
    uint256 loan;
    uint256 collateral;
    uint256 denominator;
}

/// @title Valuation
/// @notice Market values as exact fractions. Nothing is rounded before a quantity is formed: an amount in JPY that is
/// divided by USDJPY has no finite decimal, and a rounded one would move a lot too many whenever the legs are equal.
library Valuation {
    /// @notice Values of the loan leg (the first line) and of the basket (the others) over a common denominator.
    /// @dev value = quantity x priceE8 x fx / 10^(scale + 8). The denominator is 10^(largest scale + 8) times each
    /// distinct FX denominator once. Reverts with Panic(0x11) where a leg does not fit into 256 bits.
    function value(Line[] memory lines) internal pure returns (Legs memory legs) {
        (uint256 largest, uint256 fxDenominator) = _common(lines);
        legs.loan = _numerator(lines[0], largest, fxDenominator);
        for (uint256 i = 1; i < lines.length; ++i) {
            legs.collateral += _numerator(lines[i], largest, fxDenominator);
        }
        legs.denominator = fxDenominator * 10 ** (largest + 8);
    }

    /// @notice `numerator / denominator` with 18 decimals, rounded down.
    function toE18RoundDown(uint256 numerator, uint256 denominator) internal pure returns (uint256) {
        return Math.mulDiv(numerator, 1e18, denominator);
    }

    function _numerator(Line memory line, uint256 largest, uint256 fxDenominator)
        private
        pure
        returns (uint256)
    {
        Quote memory quote = line.quote;
        return line.quantity * quote.priceE8 * 10 ** (largest - line.scale) * quote.fxNumerator
            * (fxDenominator / quote.fxDenominator);
    }

    /// @dev The largest scale of all lines, and the product of their distinct FX denominators.
    function _common(Line[] memory lines)
        private
        pure
        returns (uint256 largest, uint256 fxDenominator)
    {
        fxDenominator = 1;
        for (uint256 i = 0; i < lines.length; ++i) {
            if (lines[i].scale > largest) largest = lines[i].scale;
            uint64 denominator = lines[i].quote.fxDenominator;
            bool seen = denominator == 1;
            for (uint256 j = 0; j < i && !seen; ++j) {
                seen = lines[j].quote.fxDenominator == denominator;
            }
            if (!seen) fxDenominator *= denominator;
        }
    }
}
