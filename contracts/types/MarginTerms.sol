// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Agreement, Custody, Order} from "./Agreement.sol";
import {BusinessDate} from "./BusinessDate.sol";
import {Terms} from "./Terms.sol";

/// @notice The terms that a mark needs, in one word. Trades with the same ones share it, as trades under one agreement
/// do: a batch then reads it once, and a further trade writes one word less.
/// @dev From the low end, in bits: 24 loanInstrument, 24 collateralInstrument (of the basket's first token),
/// 24 rateInstrument, 24 valuationCurrency, 16 ratioBps, 16 callBelowBps, 16 returnAboveBps, 14 thresholdBps,
/// 14 haircutBps (of the first token), 64 mtaE6, 5 furtherTokens, then one each: accrues, 365 days, title transfer,
/// in order, netted. Never zero: instruments count from 1.
type MarginTerms is uint256;

using {
    loanInstrument,
    collateralInstrument,
    rateInstrument,
    valuationCurrency,
    dayKey,
    ratioBps,
    callBelowBps,
    returnAboveBps,
    thresholdBps,
    haircutBps,
    mtaE6,
    furtherTokens,
    accrues,
    dayCountBasis,
    custody,
    inOrder,
    isNetted,
    withLoan,
    withCollateral,
    withAccrual
} for MarginTerms global;

uint256 constant ACCRUES = 1 << 241;
uint256 constant COUNTS_365 = 1 << 242;
uint256 constant TITLE_TRANSFER = 1 << 243;
uint256 constant IN_ORDER = 1 << 244;
uint256 constant NETTED = 1 << 245;

/// @dev The instruments are those of the terms' tokens; levels that the terms leave at 0 stand at the ratio.
function newMarginTerms(
    Terms calldata terms,
    Agreement memory agreement,
    uint24 loanInstrument_,
    uint24 collateralInstrument_,
    uint24 rateInstrument_
) pure returns (MarginTerms) {
    uint256 word = terms.collateral.length - 1; // at most 19
    word = word << 64 | agreement.mtaE6;
    word = word << 14 | terms.collateral[0].haircutBps; // at most 1e4
    word = word << 14 | agreement.thresholdBps; // at most 1e4
    word = word << 16 | (terms.returnAboveBps == 0 ? terms.ratioBps : terms.returnAboveBps);
    word = word << 16 | (terms.callBelowBps == 0 ? terms.ratioBps : terms.callBelowBps);
    word = word << 16 | terms.ratioBps;
    word = word << 24 | uint24(agreement.valuationCurrency);
    word = word << 24 | rateInstrument_;
    word = word << 24 | collateralInstrument_;
    word = word << 24 | loanInstrument_;
    if (terms.rateE9 != 0) word |= ACCRUES;
    if (terms.dayCountBasis == 365) word |= COUNTS_365;
    if (agreement.custody == Custody.TitleTransfer) word |= TITLE_TRANSFER;
    if (agreement.order == Order.AsListed) word |= IN_ORDER;
    if (agreement.netting) word |= NETTED;
    return MarginTerms.wrap(word);
}

/// @notice Index of the loan token in the instrument list.
function loanInstrument(MarginTerms terms) pure returns (uint24) {
    return uint24(MarginTerms.unwrap(terms));
}

/// @notice Index of the basket's first token.
function collateralInstrument(MarginTerms terms) pure returns (uint24) {
    return uint24(MarginTerms.unwrap(terms) >> 24);
}

/// @notice Index of the token that pays interest, penalties and residuals; 0 where there is none.
function rateInstrument(MarginTerms terms) pure returns (uint24) {
    return uint24(MarginTerms.unwrap(terms) >> 48);
}

/// @notice ISO 4217 code.
function valuationCurrency(MarginTerms terms) pure returns (bytes3) {
    return bytes3(uint24(MarginTerms.unwrap(terms) >> 72));
}

/// @notice A valuation currency and a business date, 24 bits each.
function dayKeyOf(bytes3 currency, BusinessDate date) pure returns (uint256) {
    return uint256(uint24(currency)) << 24 | BusinessDate.unwrap(date);
}

/// @notice The currency and the business date of a day key.
function dayOf(uint256 day) pure returns (bytes3 currency, BusinessDate date) {
    return (bytes3(uint24(day >> 24)), BusinessDate.wrap(uint24(day))); // each 24 bits of it
}

/// @notice The same with the terms' currency.
function dayKey(MarginTerms terms, BusinessDate date) pure returns (uint256) {
    return MarginTerms.unwrap(terms) >> 48 & 0xffffff000000 | BusinessDate.unwrap(date);
}

/// @notice Required value / loan value.
function ratioBps(MarginTerms terms) pure returns (uint256) {
    return uint16(MarginTerms.unwrap(terms) >> 96);
}

/// @notice Collateral below this share of loan and accrued interest is called.
function callBelowBps(MarginTerms terms) pure returns (uint256) {
    return uint16(MarginTerms.unwrap(terms) >> 112);
}

/// @notice Collateral above this share of loan and accrued interest is returned.
function returnAboveBps(MarginTerms terms) pure returns (uint256) {
    return uint16(MarginTerms.unwrap(terms) >> 128);
}

/// @notice Share of the required value that an exposure must exceed.
function thresholdBps(MarginTerms terms) pure returns (uint256) {
    return MarginTerms.unwrap(terms) >> 144 & 0x3fff;
}

/// @notice What the value of the basket's first token is lowered by.
function haircutBps(MarginTerms terms) pure returns (uint256) {
    return MarginTerms.unwrap(terms) >> 158 & 0x3fff;
}

/// @notice Minimum transfer amount in the valuation currency.
function mtaE6(MarginTerms terms) pure returns (uint256) {
    return uint64(MarginTerms.unwrap(terms) >> 172);
}

/// @notice How many tokens the basket has beside the first.
function furtherTokens(MarginTerms terms) pure returns (uint256) {
    return MarginTerms.unwrap(terms) >> 236 & 0x1f;
}

/// @notice Whether interest runs.
function accrues(MarginTerms terms) pure returns (bool) {
    return MarginTerms.unwrap(terms) & ACCRUES != 0;
}

/// @notice Days of a year in the rates.
function dayCountBasis(MarginTerms terms) pure returns (uint256) {
    return MarginTerms.unwrap(terms) & COUNTS_365 != 0 ? 365 : 360;
}

/// @notice Who holds the basket.
function custody(MarginTerms terms) pure returns (Custody) {
    return
        MarginTerms.unwrap(terms) & TITLE_TRANSFER != 0 ? Custody.TitleTransfer : Custody.Segregated;
}

/// @notice Whether calls move the basket's tokens one after another.
function inOrder(MarginTerms terms) pure returns (bool) {
    return MarginTerms.unwrap(terms) & IN_ORDER != 0;
}

/// @notice Whether the trade margins with its agreement's others.
function isNetted(MarginTerms terms) pure returns (bool) {
    return MarginTerms.unwrap(terms) & NETTED != 0;
}

function withLoan(MarginTerms terms, uint24 instrument) pure returns (MarginTerms) {
    return MarginTerms.wrap(MarginTerms.unwrap(terms) & ~uint256(0xffffff) | instrument);
}

/// @notice With another basket.
/// @param size tokens of the whole basket.
/// @param instrument its first token.
/// @param haircutBps_ of that token.
function withCollateral(MarginTerms terms, uint256 size, uint24 instrument, uint256 haircutBps_)
    pure
    returns (MarginTerms)
{
    uint256 word = MarginTerms.unwrap(terms)
        & ~(uint256(0xffffff) << 24 | uint256(0x3fff) << 158 | uint256(0x1f) << 236);
    return
        MarginTerms.wrap(word | uint256(instrument) << 24 | haircutBps_ << 158 | (size - 1) << 236);
}

function withAccrual(MarginTerms terms, bool accrues_) pure returns (MarginTerms) {
    uint256 word = MarginTerms.unwrap(terms) & ~ACCRUES;
    return MarginTerms.wrap(accrues_ ? word | ACCRUES : word);
}
