// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice What a fixing is of: a token's price (its address, right-aligned) or an FX pair (six letters, left-aligned).
/// The two never coincide: the first twelve bytes of a price key are zero.
type FixingKey is bytes32;

using {equals as ==, differs as !=} for FixingKey global;

function equals(FixingKey a, FixingKey b) pure returns (bool) {
    return FixingKey.unwrap(a) == FixingKey.unwrap(b);
}

function differs(FixingKey a, FixingKey b) pure returns (bool) {
    return FixingKey.unwrap(a) != FixingKey.unwrap(b);
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
