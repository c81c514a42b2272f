// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PackedQuote} from "../types/PackedQuote.sol";

/// @notice Values of a trade's two legs as exact fractions of the valuation currency: numerators over
/// fxDenominator x 10^(scale + 8).
struct Legs {
    uint256 loan;
    uint256 collateralE4; // after haircuts, and so with a factor of 1e4
    uint256 fxDenominator; // a multiple of each token's
    uint256 scale; // the largest of the tokens'
}

/// @title Valuation
/// @notice Market values as exact fractions. Nothing is rounded before a quantity is formed: an amount in JPY that is
/// divided by USDJPY has no finite decimal, and a rounded one would move a lot too many whenever the legs are equal.
library Valuation {
    /// @notice Begins with the loan leg's value.
    /// @param legs new ones.
    /// @param quantity smallest units, below 2^96.
    function setLoan(Legs memory legs, uint256 quantity, PackedQuote quote) internal pure {
        legs.loan = _numerator(quantity, quote);
        legs.fxDenominator = quote.fxDenominator();
        legs.scale = quote.scale();
    }

    /// @notice Adds a token of the basket; both legs are brought to what its fraction needs. Reverts with Panic(0x11)
    /// where a numerator outgrows 256 bits.
    /// @param quantity smallest units, below 2^96.
    /// @param haircutBps what its market value is lowered by, below 1e4.
    function addCollateral(
        Legs memory legs,
        uint256 quantity,
        PackedQuote quote,
        uint256 haircutBps
    ) internal pure {
        uint256 valueE4 = _numerator(quantity, quote);
        unchecked {
            valueE4 *= 1e4 - haircutBps; // 224 + 14 bits
        }
        uint256 fx = quote.fxDenominator();
        if (fx != legs.fxDenominator) {
            if (legs.fxDenominator % fx != 0) {
                _expand(legs, fx);
                legs.fxDenominator *= fx;
            }
            // Divides without a remainder: the denominator is a multiple of the token's.
            // slither-disable-next-line divide-before-multiply
            valueE4 *= legs.fxDenominator / fx;
        }
        (uint256 scale, uint256 least) = (quote.scale(), legs.scale);
        if (scale > least) {
            _expand(legs, _power10Between(least, scale));
            legs.scale = scale;
        } else if (scale < least) {
            valueE4 *= _power10Between(scale, least);
        }
        legs.collateralE4 += valueE4;
    }

    /// @notice Value of one smallest unit of a token that `legs` hold, after its haircut; over their denominator x 1e4.
    function ofUnitE4(Legs memory legs, PackedQuote quote, uint256 haircutBps)
        internal
        pure
        returns (uint256)
    {
        // Divides without a remainder: the denominator is a multiple of the token's.
        // slither-disable-next-line divide-before-multiply
        return _numerator(1, quote) * (1e4 - haircutBps)
            * (legs.fxDenominator / quote.fxDenominator())
            * _power10Between(quote.scale(), legs.scale);
    }

    /// @notice What both numerators are over.
    function denominator(Legs memory legs) internal pure returns (uint256) {
        uint256 power;
        unchecked {
            power = 10 ** (legs.scale + 8); // a scale is at most 20
        }
        return legs.fxDenominator * power;
    }

    /// @notice `numerator / denominator_` with 18 decimals, rounded down.
    function toE18RoundDown(uint256 numerator, uint256 denominator_)
        internal
        pure
        returns (uint256)
    {
        if (numerator >> 196 != 0) {
            return Math.mulDiv(numerator, 1e18, denominator_);
        }
        unchecked {
            return numerator * 1e18 / denominator_; // 196 + 60 bits
        }
    }

    function _expand(Legs memory legs, uint256 factor) private pure {
        legs.loan *= factor;
        legs.collateralE4 *= factor;
    }

    function _numerator(uint256 quantity, PackedQuote quote) private pure returns (uint256) {
        unchecked {
            return quantity * quote.numerator(); // 96 + 128 bits
        }
    }

    /// @dev Scales are at most 20; `scale` is not above `greater`.
    function _power10Between(uint256 scale, uint256 greater) private pure returns (uint256) {
        unchecked {
            return 10 ** (greater - scale);
        }
    }
}
