// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice What a fixing is of: a token's price (its address, right-aligned) or an FX pair (six letters, left-aligned).
/// The two never coincide: the first twelve bytes of a price key are zero.
type FixingKey is bytes32;

using {isWellFormed} for FixingKey global;

/// @notice True for an address, and for two different codes of three capital letters.
function isWellFormed(FixingKey key) pure returns (bool) {
    bytes32 raw = FixingKey.unwrap(key);
    if (uint256(raw) >> 160 == 0) return raw != 0;
    if (raw << 48 != 0 || bytes3(raw) == bytes3(raw << 24)) return false;
    for (uint256 i = 0; i < 6; ++i) {
        if (raw[i] < "A" || raw[i] > "Z") return false;
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

/// @notice The pair of `key` the other way round; zero for a price key.
function reverseOf(FixingKey key) pure returns (FixingKey) {
    bytes32 raw = FixingKey.unwrap(key);
    return pairKey(bytes3(raw << 24), bytes3(raw));
}
