// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Book} from "./Book.sol";
import {Changes} from "./Changes.sol";
import {IFixings} from "./interfaces/IFixings.sol";
import {ILifecycle} from "./interfaces/ILifecycle.sol";
import {INettingParts} from "./interfaces/INettingSets.sol";
import {BusinessDate} from "./types/BusinessDate.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title Lifecycle
/// @notice What happens in a trade's life beside the daily mark. The escrow runs this code on its own storage; called
/// by itself this contract has no trades.
contract Lifecycle is ILifecycle, Changes {
    constructor(address authority, IFixings fixings) Book(authority, fixings) {}

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _;
    }

    /// @inheritdoc ILifecycle
    function closeOne(TradeId id, BusinessDate date, address caller) external onlySelf {
        bool isNetted = _marginTerms(_trades[id]).isNetted();
        if (isNetted) INettingParts(address(this)).leave(id, date);
        _closeAtEnd(id, date, caller);
        if (isNetted) INettingParts(address(this)).join(id, date);
    }
}
