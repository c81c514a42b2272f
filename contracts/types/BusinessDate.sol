// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice The day that prices belong to, in days since 1970-01-01 (UTC).
type BusinessDate is uint24;

using {lt as <, gt as >, eq as ==} for BusinessDate global;
using {daysSince, daysBefore} for BusinessDate global;

function lt(BusinessDate a, BusinessDate b) pure returns (bool) {
    return BusinessDate.unwrap(a) < BusinessDate.unwrap(b);
}

function gt(BusinessDate a, BusinessDate b) pure returns (bool) {
    return BusinessDate.unwrap(a) > BusinessDate.unwrap(b);
}

function eq(BusinessDate a, BusinessDate b) pure returns (bool) {
    return BusinessDate.unwrap(a) == BusinessDate.unwrap(b);
}

/// @notice Calendar days from `earlier` to `later`.
function daysSince(BusinessDate later, BusinessDate earlier) pure returns (uint256) {
    return BusinessDate.unwrap(later) - BusinessDate.unwrap(earlier);
}

/// @notice The date so many calendar days before `date`, which is no earlier than 1970-01-01.
function daysBefore(BusinessDate date, uint24 count) pure returns (BusinessDate) {
    return BusinessDate.wrap(BusinessDate.unwrap(date) - count);
}

/// @notice The UTC day in which `timestamp` (seconds) falls.
/// @dev The cast cannot cut: a uint40 holds 2^40 seconds, which is 12,725,829 days, below 2^24.
function businessDateOf(uint40 timestamp) pure returns (BusinessDate) {
    return BusinessDate.wrap(uint24(timestamp / 1 days));
}
