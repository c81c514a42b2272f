// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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

    /// @notice True where an exposure of either sign exceeds the threshold and reaches the minimum transfer amount.
    /// @param exposure_ |required - collateral|, below 2^242.
    /// @param required the required value, below 2^242.
    /// @param denominatorE4 of both.
    /// @param thresholdBps share of the required value that must be exceeded, at most 1e4.
    /// @param mtaE6 amount in the valuation currency that must be reached.
    function moves(
        uint256 exposure_,
        uint256 required,
        uint256 denominatorE4,
        uint256 thresholdBps,
        uint256 mtaE6
    ) internal pure returns (bool) {
        unchecked {
            if (exposure_ * ONE_BPS <= required * thresholdBps) return false; // 242 + 14 bits
        }
        return mtaE6 == 0 || exposure_ >= Math.mulDiv(mtaE6, denominatorE4, 1e6, Math.Rounding.Ceil);
    }

    /// @notice Whole lots to return of a token of which the basket holds `quantity`: its share by value of `excess`.
    /// @dev quantity x excess / basketValue is pro rata by value: a token's value is proportional to its quantity.
    function returnRoundDown(uint256 quantity, uint256 excess, uint256 basketValue, uint256 lot)
        internal
        pure
        returns (uint256)
    {
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
}
