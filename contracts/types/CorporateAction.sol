// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";

/// @notice What an issuer does to a security.
enum ActionKind {
    Income, // coupon or dividend
    Split, // one unit becomes numerator / denominator
    Redemption // the security is repaid
}

/// @notice An issuer's act on one security, for who holds it on a business date, before that date's mark.
struct CorporateAction {
    BusinessDate date; // slot 0: 24 + 8 + 24 + 64 + 64 = 184 bits
    ActionKind kind;
    uint24 cash; // index of the CT that is paid; 0 for a split
    uint64 numerator; // Income: of CT's currency per unit of the security, at E8; Redemption: the price at E8, as quoted
    uint64 denominator; // Split; otherwise 0
    address agent; // slot 1: who pays for what the escrow holds, and delivers or takes back split securities
}
