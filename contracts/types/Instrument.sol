// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";

/// @notice How a token is valued: cash at its face, a bond per 100 of face, an equity per share.
enum Kind {
    Cash,
    Bond,
    Equity
}

/// @notice What the ledger knows of a token. Maturity and ISIN stand in the token itself, the amount issued is its
/// total supply.
struct Instrument {
    // slot 0: 160 + 24 + 8 + 8 + 24 = 224 bits, read by every valuation
    address token;
    bytes3 currency; // ISO 4217
    Kind kind;
    uint8 decimals; // at most 18
    BusinessDate lastAction; // of the last corporate action declared; 0: none
    // slot 1: 96 bits, read by margin calls
    uint96 lot; // smallest units; calls move whole lots
}
