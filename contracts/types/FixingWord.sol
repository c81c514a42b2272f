// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";

/// @notice A fixing as it is stored: from the low end, 64 bits valueE8 (signed), 40 publishedAt (unix seconds; zero where
/// there is none), 8 age in days before its business date, 1 whether a mark has used it.
type StoredFixing is uint128;

/// @notice The fixings of two business dates that follow one another, an even one in the low half. Most dates find the word
/// written by the day before, which costs a quarter of a new one, and what they are compared with is read already.
type FixingWord is uint256;

using {at, with} for FixingWord global;
using {valueE8, publishedAt, ageDays, isUsed, exists, used} for StoredFixing global;

uint128 constant USED = 1 << 112;

/// @dev `ageDays_` fits: nobody publishes what is older than the allowed age, of 8 bits.
function newStoredFixing(int64 valueE8_, uint40 publishedAt_, uint256 ageDays_)
    pure
    returns (StoredFixing)
{
    return StoredFixing.wrap(
        uint128(uint8(ageDays_)) << 104 | uint128(publishedAt_) << 64 | uint64(valueE8_)
    );
}

/// @notice Which word of a key has `date`.
function wordIndex(BusinessDate date) pure returns (uint256) {
    return BusinessDate.unwrap(date) >> 1;
}

/// @notice The fixing of `date`.
function at(FixingWord word, BusinessDate date) pure returns (StoredFixing) {
    return StoredFixing.wrap(uint128(FixingWord.unwrap(word) >> _shift(date)));
}

/// @notice The word with `fixing` for `date`.
function with(FixingWord word, BusinessDate date, StoredFixing fixing) pure returns (FixingWord) {
    uint256 shift = _shift(date);
    uint256 others = FixingWord.unwrap(word) & ~(uint256(type(uint128).max) << shift);
    return FixingWord.wrap(others | uint256(StoredFixing.unwrap(fixing)) << shift);
}

function _shift(BusinessDate date) pure returns (uint256) {
    return (BusinessDate.unwrap(date) & 1) * 128;
}

function valueE8(StoredFixing fixing) pure returns (int64) {
    return int64(uint64(StoredFixing.unwrap(fixing)));
}

function publishedAt(StoredFixing fixing) pure returns (uint40) {
    return uint40(StoredFixing.unwrap(fixing) >> 64);
}

function ageDays(StoredFixing fixing) pure returns (uint8) {
    return uint8(StoredFixing.unwrap(fixing) >> 104);
}

function isUsed(StoredFixing fixing) pure returns (bool) {
    return StoredFixing.unwrap(fixing) & USED != 0;
}

function exists(StoredFixing fixing) pure returns (bool) {
    return fixing.publishedAt() != 0;
}

/// @notice The same after a mark.
function used(StoredFixing fixing) pure returns (StoredFixing) {
    return StoredFixing.wrap(StoredFixing.unwrap(fixing) | USED);
}
