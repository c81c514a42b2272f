// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title HalfUp
/// @notice What OpenZeppelin's `Math` lacks: rounding as money is rounded.
library HalfUp {
    /// @notice x * y / denominator at full width, rounded half up. Panics as `Math.mulDiv` does.
    function mulDivRoundHalfUp(uint256 x, uint256 y, uint256 denominator)
        internal
        pure
        returns (uint256 quantity)
    {
        quantity = Math.mulDiv(x, y, denominator);
        uint256 remainder = mulmod(x, y, denominator);
        // Compared by subtraction: twice the remainder could overflow.
        if (remainder >= denominator - remainder) ++quantity;
    }
}
