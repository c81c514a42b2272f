// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice What a fixing is of: a token's price (its address, right-aligned), an FX pair (six letters, left-aligned) or a
/// reference rate (a percent sign and its name, left-aligned: %ESTR). No two kinds coincide: the first twelve bytes of a
/// price key are zero, and no pair begins with a percent sign.
type FixingKey is bytes32;

/// @notice What a key is of.
enum FixingKind {
    Malformed,
    Price,
    Pair,
    Rate
}

using {kind, reverse, isAfter} for FixingKey global;

/// @notice A price for an address; a pair for two different codes of three capital letters; a rate for a name of capital
/// letters and digits behind a percent sign.
function kind(FixingKey key) pure returns (FixingKind) {
    bytes32 raw = FixingKey.unwrap(key);
    if (uint256(raw) >> 160 == 0) return raw == 0 ? FixingKind.Malformed : FixingKind.Price;
    uint256 length = 32;
    while (raw[length - 1] == 0) --length;
    if (raw[0] == "%") {
        return length > 1 && _isName(raw, 1, length, true) ? FixingKind.Rate : FixingKind.Malformed;
    }
    bool isPair = length == 6 && _isName(raw, 0, 6, false) && bytes3(raw) != bytes3(raw << 24);
    return isPair ? FixingKind.Pair : FixingKind.Malformed;
}

/// @notice Whether the key is the higher one of two.
function isAfter(FixingKey key, FixingKey other) pure returns (bool) {
    return FixingKey.unwrap(key) > FixingKey.unwrap(other);
}

function _isName(bytes32 raw, uint256 from, uint256 to, bool withDigits) pure returns (bool) {
    for (uint256 i = from; i < to; ++i) {
        bool isLetter = raw[i] >= "A" && raw[i] <= "Z";
        bool isDigit = raw[i] >= "0" && raw[i] <= "9";
        if (!isLetter && !(withDigits && isDigit)) return false;
    }
    return true;
}

/// @notice Key of the closing price of `token`.
function priceKey(address token) pure returns (FixingKey) {
    return FixingKey.wrap(bytes32(uint256(uint160(token))));
}

/// @notice Key of the pair quoted as units of `quote` for one unit of `base`: EURUSD for ("EUR", "USD").
function pairKey(bytes3 base, bytes3 quote) pure returns (FixingKey) {
    return FixingKey.wrap(bytes32(bytes.concat(base, quote)));
}

/// @notice The pair of `key` the other way round.
function reverse(FixingKey key) pure returns (FixingKey) {
    bytes32 raw = FixingKey.unwrap(key);
    return pairKey(bytes3(raw << 24), bytes3(raw));
}
