// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {HalfUp} from "./HalfUp.sol";

/// @title Accrual
/// @notice Simple interest, ACT over 360 or 365, on a value that is an exact fraction.
library Accrual {
    /// @notice A rate over a time: interest is value x rateE9 x daysAccrued / (1e9 x dayCountBasis).
    struct Interest {
        uint256 numerator; // value at the start
        uint256 denominator;
        uint256 rateE9; // without sign
        uint256 daysAccrued;
        uint256 dayCountBasis;
    }

    /// @notice Interest as a numerator over `denominator`, rounded up: away from zero where the borrower owes it,
    /// toward zero where the lender does.
    function accruedRoundUp(Interest memory interest, bool isNegative, uint256 denominator)
        internal
        pure
        returns (uint256 magnitude)
    {
        return Math.mulDiv(
            _product(interest),
            denominator,
            _divisor(interest),
            isNegative ? Math.Rounding.Floor : Math.Rounding.Ceil
        );
    }

    /// @notice Interest times `multiplier / divisor`, rounded half up: smallest units of the token that pays it, where
    /// that fraction is the units for one of the value's currency.
    function interestRoundHalfUp(Interest memory interest, uint256 multiplier, uint256 divisor)
        internal
        pure
        returns (uint256)
    {
        return
            HalfUp.mulDivRoundHalfUp(_product(interest), multiplier, _divisor(interest) * divisor);
    }

    /// @notice Interest of one day times a ratio, with 18 decimals.
    function dailyE18RoundUp(Interest memory interest, uint256 ratioBps)
        internal
        pure
        returns (uint256)
    {
        return Math.mulDiv(
            interest.numerator * interest.rateE9 * ratioBps,
            1e18,
            _divisor(interest) * 1e4,
            Math.Rounding.Ceil
        );
    }

    function _product(Interest memory interest) private pure returns (uint256) {
        return interest.numerator * interest.rateE9 * interest.daysAccrued;
    }

    function _divisor(Interest memory interest) private pure returns (uint256) {
        return interest.denominator * 1e9 * interest.dayCountBasis;
    }
}
