// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IssuedToken} from "./IssuedToken.sol";

/// @title SecurityToken
/// @notice ST: one bond or stock; the smallest unit is one unit of face or one share unless it has decimals.
contract SecurityToken is IssuedToken {
    /// @notice ISO 6166; zero where the security has none.
    bytes12 public immutable ISIN;

    /// @notice Unix seconds of the day on which the issuer repays; 0 for a stock.
    uint40 public immutable MATURITY;

    constructor(
        address authority,
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        bytes3 currency,
        bytes12 isin,
        uint40 maturity
    ) IssuedToken(authority, name_, symbol_, decimals_, currency) {
        ISIN = isin;
        MATURITY = maturity;
    }
}
