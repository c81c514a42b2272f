// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";
import {Custody} from "./Terms.sol";

/// @notice Where a trade stands.
enum Status {
    None,
    ProposedByLender,
    ProposedByBorrower,
    Approved,
    Open,
    Closed,
    Withdrawn
}

/// @notice What changes while a trade lives; one slot, written by every mark.
struct Account {
    // 96 + 96 + 24 + 24 + 8 + 8 = 256 bits
    uint96 loanQuantity; // smallest units the borrower must give back
    uint96 collateralQuantity; // smallest units held of the basket's first token
    BusinessDate opened;
    BusinessDate lastMarked; // the opening counts as the first
    Status status;
    bool inDeficit; // the last call could not be met in full
}

/// @notice What a mark needs of the terms; one slot, never changed.
struct MarginTerms {
    // 32 + 32 + 8 + 8 + 24 + 16 + 16 + 64 + 40 + 16 = 256 bits
    uint32 loanInstrument; // index in the instrument list
    uint32 collateralInstrument; // of the basket's first token
    uint8 furtherTokens; // how many tokens the basket has beside the first
    Custody custody;
    bytes3 valuationCurrency;
    uint16 ratioBps;
    uint16 thresholdBps;
    uint64 mtaE6;
    int40 rateE9;
    uint16 dayCountBasis;
}

/// @notice A further token of a basket.
struct Position {
    uint32 instrument;
    uint96 quantity; // smallest units held
}

/// @notice A trade as the escrow keeps it. A mark without a call reads the first two slots and writes the first.
struct Trade {
    Account account; // slot 0
    MarginTerms terms; // slot 1
    address lender; // slot 2: 160 + 40 + 40 = 240 bits
    uint40 start;
    uint40 end;
    address borrower; // slot 3: 160 + 40 + 32 = 232 bits
    uint40 expiry;
    uint32 rateInstrument;
    Position[] further; // slot 4 and its elements; untouched where the basket is a single token
}
