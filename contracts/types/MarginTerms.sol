// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Custody, Terms} from "./Terms.sol";

/// @notice The terms that a mark needs, in one word. Trades with the same ones share it, as trades under one agreement
/// do: a batch then reads it once, and a further trade writes one word less.
/// @dev From the low end: 32 bits loanInstrument, 32 collateralInstrument (of the basket's first token),
/// 32 rateInstrument, 24 valuationCurrency, 16 ratioBps, 16 thresholdBps, 16 dayCountBasis, 64 mtaE6, 8 furtherTokens,
/// 8 custody. Never zero: instruments count from 1.
type MarginTerms is uint256;

using {
    loanInstrument,
    collateralInstrument,
    rateInstrument,
    valuationCurrency,
    ratioBps,
    thresholdBps,
    dayCountBasis,
    mtaE6,
    furtherTokens,
    custody
} for MarginTerms global;

function newMarginTerms(
    Terms calldata terms,
    uint32 loanInstrument_,
    uint32 collateralInstrument_,
    uint32 rateInstrument_
) pure returns (MarginTerms) {
    uint256 word = uint256(terms.custody) << 8 | uint8(terms.collateral.length - 1); // at most 7
    word = word << 64 | terms.mtaE6;
    word = word << 16 | terms.dayCountBasis;
    word = word << 16 | terms.thresholdBps;
    word = word << 16 | terms.ratioBps;
    word = word << 24 | uint24(terms.valuationCurrency);
    word = word << 32 | rateInstrument_;
    word = word << 32 | collateralInstrument_;
    return MarginTerms.wrap(word << 32 | loanInstrument_);
}

/// @notice Index of the loan token in the instrument list.
function loanInstrument(MarginTerms terms) pure returns (uint32) {
    return uint32(MarginTerms.unwrap(terms));
}

/// @notice Index of the basket's first token.
function collateralInstrument(MarginTerms terms) pure returns (uint32) {
    return uint32(MarginTerms.unwrap(terms) >> 32);
}

/// @notice Index of the token that pays interest; 0 where the rate is 0.
function rateInstrument(MarginTerms terms) pure returns (uint32) {
    return uint32(MarginTerms.unwrap(terms) >> 64);
}

/// @notice ISO 4217 code.
function valuationCurrency(MarginTerms terms) pure returns (bytes3) {
    return bytes3(uint24(MarginTerms.unwrap(terms) >> 96));
}

/// @notice Required value / loan value.
function ratioBps(MarginTerms terms) pure returns (uint256) {
    return uint16(MarginTerms.unwrap(terms) >> 120);
}

/// @notice Share of the required value that an exposure must exceed.
function thresholdBps(MarginTerms terms) pure returns (uint256) {
    return uint16(MarginTerms.unwrap(terms) >> 136);
}

/// @notice Days of a year in the rate.
function dayCountBasis(MarginTerms terms) pure returns (uint256) {
    return uint16(MarginTerms.unwrap(terms) >> 152);
}

/// @notice Minimum transfer amount in the valuation currency.
function mtaE6(MarginTerms terms) pure returns (uint256) {
    return uint64(MarginTerms.unwrap(terms) >> 168);
}

/// @notice How many tokens the basket has beside the first.
function furtherTokens(MarginTerms terms) pure returns (uint256) {
    return uint8(MarginTerms.unwrap(terms) >> 232);
}

/// @notice Who holds the basket.
function custody(MarginTerms terms) pure returns (Custody) {
    return Custody(uint8(MarginTerms.unwrap(terms) >> 240));
}
