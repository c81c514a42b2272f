// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "../types/BusinessDate.sol";
import {TradeId} from "../types/TradeId.sol";

/// @notice What the escrow asks of {Lifecycle} for one trade; nobody else can.
interface ILifecycle {
    /// @notice `close` for one trade, called by `caller`.
    function closeOne(TradeId id, BusinessDate date, address caller) external;
}
