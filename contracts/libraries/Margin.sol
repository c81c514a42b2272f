// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {MarginTerms} from "../types/MarginTerms.sol";

/// @title Margin
/// @notice When a margin call moves, and how much. Values are numerators over one denominator.
library Margin {
    /// @notice Hundredths of a percent in one.
    uint256 internal constant ONE_BPS = 1e4;

    /// @notice |required - collateral|.
    function exposure(uint256 required, uint256 collateral) internal pure returns (uint256) {
        unchecked {
            return required > collateral ? required - collateral : collateral - required;
        }
    }

    /// @notice True where collateral is below what is called at, or above what is returned at, and the exposure exceeds
    /// the threshold and reaches the minimum transfer amount.
    /// @param owed value of loan and accrued interest, below 2^226.
    /// @param requiredE4 `owed` x the ratio.
    /// @param collateralE4 value of the basket, below 2^240.
    /// @param denominatorE4 of those two.
    function moves(
        MarginTerms terms,
        uint256 owed,
        uint256 requiredE4,
        uint256 collateralE4,
        uint256 denominatorE4
    ) internal pure returns (bool) {
        uint256 exposureE4 = exposure(requiredE4, collateralE4);
        unchecked {
            // 226 + 16 bits, 242 + 14 bits
            if (
                collateralE4 >= owed * terms.callBelowBps()
                    && collateralE4 <= owed * terms.returnAboveBps()
            ) return false;
            if (exposureE4 * ONE_BPS <= requiredE4 * terms.thresholdBps()) return false;
        }
        uint256 mtaE6 = terms.mtaE6();
        return
            mtaE6 == 0 || exposureE4 >= Math.mulDiv(mtaE6, denominatorE4, 1e6, Math.Rounding.Ceil);
    }

    /// @notice Whole lots to return of a token of which the basket holds `quantity`: its share by value of `excess`.
    /// @dev quantity x excess / basketValue is pro rata by value: a token's value is proportional to its quantity.
    function returnRoundDown(uint256 quantity, uint256 excess, uint256 basketValue, uint256 lot)
        internal
        pure
        returns (uint256)
    {
        // Whole lots: what the division drops is meant to be dropped.
        // slither-disable-next-line divide-before-multiply
        return Math.mulDiv(quantity, excess, basketValue) / lot * lot;
    }

    /// @notice Whole lots to deliver of a token of which the basket holds `quantity`: its share by value of `shortfall`.
    function deliveryRoundUp(uint256 quantity, uint256 shortfall, uint256 basketValue, uint256 lot)
        internal
        pure
        returns (uint256)
    {
        uint256 needed = Math.mulDiv(quantity, shortfall, basketValue, Math.Rounding.Ceil);
        return Math.ceilDiv(needed, lot) * lot;
    }

    /// @notice Whole lots to return of a token whose turn it is: what `excess` is worth, at most all of it.
    function returnInOrderRoundDown(
        uint256 quantity,
        uint256 excess,
        uint256 unitValue,
        uint256 lot
    ) internal pure returns (uint256) {
        // Whole lots: what the division drops is meant to be dropped.
        // slither-disable-next-line divide-before-multiply
        return Math.min(quantity, excess / unitValue) / lot * lot;
    }

    /// @notice Whole lots to deliver of a token whose turn it is: what `shortfall` is worth.
    function deliveryInOrderRoundUp(uint256 shortfall, uint256 unitValue, uint256 lot)
        internal
        pure
        returns (uint256)
    {
        return Math.ceilDiv(Math.ceilDiv(shortfall, unitValue), lot) * lot;
    }
}
