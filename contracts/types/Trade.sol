// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Account, Status} from "./Account.sol";
import {BusinessDate} from "./BusinessDate.sol";
import {Custody} from "./Terms.sol";

/// @notice A further token of a basket.
struct Position {
    uint32 instrument; // index in the instrument list
    uint96 quantity; // smallest units held
}

/// @notice A trade as the escrow keeps it; a mark reads and writes the first word.
struct Trade {
    Account account; // slot 0
    address lender; // slot 1: 160 + 40 + 40 = 240 bits
    uint40 start;
    uint40 end;
    address borrower; // slot 2: 160 + 24 + 40 + 32 = 256 bits
    BusinessDate opened;
    int40 rateE9;
    uint32 expiry; // of the terms, at most that of 32 bits (February 2106)
    Position[] further; // slot 3 and its elements; untouched where the basket is a single token
}

/// @notice A trade as anybody may read it; its basket is read with `basket`.
struct TradeView {
    Status status;
    address lender;
    address borrower;
    address loanToken;
    uint96 loanQuantity; // smallest units that the borrower must give back
    bytes3 valuationCurrency;
    uint16 ratioBps;
    uint16 thresholdBps;
    uint64 mtaE6;
    Custody custody;
    int40 rateE9;
    uint16 dayCountBasis;
    address rateToken; // the zero address where the rate is 0
    uint40 start;
    uint40 end;
    BusinessDate opened; // 0 before the opening
    BusinessDate lastMarked;
    bool inDeficit; // the last call could not be met in full
}
