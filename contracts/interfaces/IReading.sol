// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Agreement} from "../types/Agreement.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Collateral} from "../types/Terms.sol";
import {TradeView} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";

/// @notice What a trade is worth on a business date, in its valuation currency with 18 decimals, rounded down (toward
/// zero). Divided by 1e18 and rounded half up it gives the figures of JSF (2023), sample transaction.
struct ValuationE18 {
    uint256 loanE18; // market value of the loan leg
    int256 accruedE18; // interest owed so far by the borrower (negative: by the lender)
    uint256 requiredE18; // (loan + accrued) x ratio; 0 where that is negative
    uint256 collateralE18; // market value of the basket after haircuts; 0 for a netted trade, whose set holds it
}

/// @title Reading
/// @notice What anybody may see of a trade.
interface IReading {
    /// @notice The trade as it stands; all zero where it was never booked.
    function trade(TradeId id) external view returns (TradeView memory);

    /// @notice The agreement as it was entered; all zero where none was.
    function agreement(bytes32 hash) external view returns (Agreement memory);

    /// @notice The basket as it stands; nothing where the trade was never booked.
    function basket(TradeId id) external view returns (Collateral[] memory);

    /// @notice What the trade is worth at the fixings of `date`, before any call of that date.
    function valuation(TradeId id, BusinessDate date) external view returns (ValuationE18 memory);
}
