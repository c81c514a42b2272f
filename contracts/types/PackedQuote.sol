// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Quote} from "../interfaces/IFixings.sol";
import {BusinessDate} from "./BusinessDate.sol";

/// @notice A token's quote with its scale in one word, as kept for the length of a transaction; never zero.
/// @dev 64 bits priceE8, 64 fxNumerator, 64 fxDenominator, 8 scale (decimals of the token, plus 2 where it is quoted
/// per 100), 24 lastAction.
type PackedQuote is uint256;

using {priceE8, fxNumerator, fxDenominator, scale, lastAction} for PackedQuote global;

function pack(Quote memory quote, uint8 scale_, BusinessDate lastAction_)
    pure
    returns (PackedQuote)
{
    return PackedQuote.wrap(
        uint256(BusinessDate.unwrap(lastAction_)) << 200 | uint256(scale_) << 192
            | uint256(quote.fxDenominator) << 128 | uint256(quote.fxNumerator) << 64 | quote.priceE8
    );
}

/// @notice Price per 100 of face (bond) or per share (equity); 1e8 for cash.
function priceE8(PackedQuote quote) pure returns (uint256) {
    return uint64(PackedQuote.unwrap(quote));
}

/// @notice With the denominator: the value of one unit of the token's currency.
function fxNumerator(PackedQuote quote) pure returns (uint256) {
    return uint64(PackedQuote.unwrap(quote) >> 64);
}

/// @notice See fxNumerator.
function fxDenominator(PackedQuote quote) pure returns (uint256) {
    return uint64(PackedQuote.unwrap(quote) >> 128);
}

/// @notice Decimal places between a quantity and what the price is of.
function scale(PackedQuote quote) pure returns (uint256) {
    return uint8(PackedQuote.unwrap(quote) >> 192);
}

/// @notice The business date of the last corporate action declared on the token.
function lastAction(PackedQuote quote) pure returns (uint256) {
    return PackedQuote.unwrap(quote) >> 200;
}
