// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {TradeId} from "../types/TradeId.sol";

/// @notice What the escrow asks of {Failures} for one trade; nobody else can.
interface IEndings {
    /// @notice `close` for one trade, called by `caller`.
    function closeOne(TradeId id, BusinessDate date, address caller) external;

    /// @notice Closes an open trade now; without interest where it is undone.
    function endNow(TradeId id, BusinessDate date, bool withInterest) external;
}
