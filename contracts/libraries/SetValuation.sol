// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {Holding} from "../types/NettingSet.sol";
import {PackedQuote} from "../types/PackedQuote.sol";
import {Valuation} from "./Valuation.sol";

/// @notice What a netting set is worth from its first party's side: numerators over one denominator, those named E4 with
/// a factor of 1e4.
struct SetWorth {
    int256 loan;
    int256 requiredE4;
    int256 collateralE4;
    uint256 denominator;
    uint256[] units; // E4: one smallest unit of each holding, after its haircut
}

/// @title SetValuation
/// @notice Market values of a netting set as exact fractions. Reverts with Panic(0x11) where one outgrows 256 bits.
library SetValuation {
    using SafeCast for uint256;

    /// @notice Fills in `worth` but for interest.
    /// @param worth with as many `units` as there are holdings.
    /// @param quotes of each holding's token.
    function value(SetWorth memory worth, Holding[] memory holdings, PackedQuote[] memory quotes)
        internal
        pure
    {
        uint256 fx = 1;
        uint256 scale;
        for (uint256 i = 0; i < quotes.length; ++i) {
            if (fx % quotes[i].fxDenominator() != 0) fx *= quotes[i].fxDenominator();
            if (quotes[i].scale() > scale) scale = quotes[i].scale();
        }
        worth.denominator = fx * 10 ** (scale + 8);
        for (uint256 i = 0; i < quotes.length; ++i) {
            // Divides without a remainder: the denominator is a multiple of the token's.
            // slither-disable-next-line divide-before-multiply
            uint256 unit = quotes[i].numerator() * (fx / quotes[i].fxDenominator()) * 10
                ** (scale - quotes[i].scale());
            Holding memory holding = holdings[i];
            worth.units[i] = unit * (1e4 - holding.haircutBps);
            worth.loan += holding.loan * unit.toInt256();
            worth.requiredE4 += holding.loanE4 * unit.toInt256();
            worth.collateralE4 += (uint256(holding.heldForFirst).toInt256()
                    - uint256(holding.heldForSecond).toInt256()) * worth.units[i].toInt256();
        }
    }

    /// @notice With 18 decimals, rounded toward zero.
    function toE18(int256 numerator, uint256 denominator) internal pure returns (int256) {
        int256 magnitude =
            Valuation.toE18RoundDown(SignedMath.abs(numerator), denominator).toInt256();
        return numerator < 0 ? -magnitude : magnitude;
    }
}
