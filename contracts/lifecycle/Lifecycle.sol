// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Book} from "../book/Book.sol";
import {IFixings} from "../interfaces/IFixings.sol";
import {Changes} from "./Changes.sol";

/// @title Lifecycle
/// @notice Changes of live trades. The escrow runs this code on its own storage; called by itself this contract has no
/// trades.
contract Lifecycle is Changes {
    constructor(address authority, IFixings fixings) Book(authority, fixings) {}
}
