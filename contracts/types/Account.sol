// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";

/// @notice Where a trade stands.
enum Status {
    None,
    ProposedByLender,
    ProposedByBorrower,
    Approved,
    Open,
    Closed,
    Withdrawn,
    Defaulted,
    ClosedOut
}

/// @notice What a mark reads and writes of a trade, in one word.
/// @dev From the low end: 96 bits loanQuantity, 96 collateralQuantity (of the basket's first token), 24 lastMarked,
/// 32 marginTerms, 1 inDeficit, 6 status, 1 hasFailed.
type Account is uint256;

using {
    loanQuantity,
    collateralQuantity,
    lastMarked,
    marginTermsIndex,
    status,
    isOpen,
    inDeficit,
    hasFailed,
    withFailure,
    withStatus,
    withLoan,
    withCollateral,
    withMarginTerms,
    withDeficit,
    withoutDeficit,
    markedOn
} for Account global;

function newAccount(
    uint96 loanQuantity_,
    uint96 collateralQuantity_,
    uint32 marginTermsIndex_,
    Status status_
) pure returns (Account) {
    return Account.wrap(
        uint256(status_) << 249 | uint256(marginTermsIndex_) << 216 | uint256(collateralQuantity_)
            << 96 | loanQuantity_
    );
}

/// @notice Smallest units that the borrower must give back.
function loanQuantity(Account account) pure returns (uint96) {
    return uint96(Account.unwrap(account));
}

/// @notice Smallest units held of the basket's first token.
function collateralQuantity(Account account) pure returns (uint96) {
    return uint96(Account.unwrap(account) >> 96);
}

/// @notice The last business date that was marked; the opening counts as the first.
function lastMarked(Account account) pure returns (BusinessDate) {
    return BusinessDate.wrap(uint24(Account.unwrap(account) >> 192));
}

/// @notice Where the trade's margin terms are.
function marginTermsIndex(Account account) pure returns (uint32) {
    return uint32(Account.unwrap(account) >> 216);
}

/// @notice Whether the trade is open.
function isOpen(Account account) pure returns (bool) {
    return Account.unwrap(account) >> 249 & 0x3f == uint256(Status.Open);
}

/// @notice Where the trade stands.
function status(Account account) pure returns (Status) {
    return Status(Account.unwrap(account) >> 249 & 0x3f);
}

/// @notice Whether the last call could not be met in full.
function inDeficit(Account account) pure returns (bool) {
    return Account.unwrap(account) >> 248 & 1 != 0;
}

/// @notice Whether a failure has ever been kept of the trade.
function hasFailed(Account account) pure returns (bool) {
    return Account.unwrap(account) >> 255 != 0;
}

function withStatus(Account account, Status status_) pure returns (Account) {
    return Account.wrap(Account.unwrap(account) & ~(uint256(0x3f) << 249) | uint256(status_) << 249);
}

function withLoan(Account account, uint96 quantity) pure returns (Account) {
    return Account.wrap(Account.unwrap(account) & ~uint256(type(uint96).max) | quantity);
}

function withMarginTerms(Account account, uint32 index) pure returns (Account) {
    return Account.wrap(
        Account.unwrap(account) & ~(uint256(type(uint32).max) << 216) | uint256(index) << 216
    );
}

function withCollateral(Account account, uint96 quantity) pure returns (Account) {
    return Account.wrap(
        Account.unwrap(account) & ~(uint256(type(uint96).max) << 96) | uint256(quantity) << 96
    );
}

function withDeficit(Account account) pure returns (Account) {
    return Account.wrap(Account.unwrap(account) | uint256(1) << 248 | uint256(1) << 255);
}

function withFailure(Account account) pure returns (Account) {
    return Account.wrap(Account.unwrap(account) | uint256(1) << 255);
}

function withoutDeficit(Account account) pure returns (Account) {
    return Account.wrap(Account.unwrap(account) & ~(uint256(1) << 248));
}

/// @notice Marked on `date`, and in no deficit so far.
function markedOn(Account account, BusinessDate date) pure returns (Account) {
    uint256 cleared =
        Account.unwrap(account) & ~(uint256(type(uint24).max) << 192 | uint256(1) << 248);
    return Account.wrap(cleared | uint256(BusinessDate.unwrap(date)) << 192);
}
