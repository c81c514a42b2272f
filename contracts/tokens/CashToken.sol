// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IssuedToken} from "./IssuedToken.sol";

/// @title CashToken
/// @notice CT: one currency, its smallest unit the ISO 4217 minor unit.
contract CashToken is IssuedToken {
    constructor(
        address authority,
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        bytes3 currency
    ) IssuedToken(authority, name_, symbol_, decimals_, currency) {}
}
