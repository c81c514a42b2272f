// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Quote} from "../interfaces/IFixings.sol";
import {BusinessDate} from "./BusinessDate.sol";

/// @notice A token's quote with its scale in one word, as kept for the length of a transaction; never zero.
/// @dev 128 bits numerator, 64 fxDenominator, 8 scale (decimals of the token, plus 2 where it is quoted per 100),
/// 24 lastAction.
type PackedQuote is uint256;

using {numerator, fxDenominator, scale, lastAction, actedLater} for PackedQuote global;

function pack(Quote memory quote, uint8 scale_, BusinessDate lastAction_)
    pure
    returns (PackedQuote)
{
    return PackedQuote.wrap(
        uint256(BusinessDate.unwrap(lastAction_)) << 200 | uint256(scale_) << 192
            | uint256(quote.fxDenominator) << 128 | uint256(quote.priceE8) * quote.fxNumerator
    );
}

/// @notice Price (E8; per 100 of face, per share, 1e8 for cash) times the numerator of the FX rate.
function numerator(PackedQuote quote) pure returns (uint256) {
    return uint128(PackedQuote.unwrap(quote));
}

/// @notice What that is over, with 10^8: the denominator of the value of one unit of the token's currency.
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

/// @notice The one of two with the later last action, or either: it stands in the highest bits.
function actedLater(PackedQuote one, PackedQuote other) pure returns (PackedQuote) {
    return PackedQuote.unwrap(one) > PackedQuote.unwrap(other) ? one : other;
}
