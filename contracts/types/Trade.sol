// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Account, Status} from "./Account.sol";
import {BusinessDate} from "./BusinessDate.sol";

/// @notice A further token of a basket.
struct Position {
    uint24 instrument; // index in the instrument list
    uint96 quantity; // smallest units held
    uint16 haircutBps;
}

/// @notice A trade as the escrow keeps it; a mark reads and writes the first word.
struct Trade {
    Account account; // slot 0
    address lender; // slot 1: 160 + 3 x 32 = 256 bits
    uint32 start; // moments at most that of 32 bits (February 2106)
    uint32 end;
    uint32 expiry;
    address borrower; // slot 2: 160 + 24 + 24 + 40 = 248 bits
    BusinessDate valuedOn; // whose fixings value the loan for interest; 0 before the opening
    BusinessDate accruesFrom; // since when interest is owed
    int40 rateE9;
    Position[] further; // slot 3 and its elements; untouched where the basket is a single token
}

/// @notice What a party has not delivered.
struct Failure {
    BusinessDate since; // 0: nothing
    BusinessDate chargedTo; // the date to which penalty interest has been counted
    bool byLender; // who failed
    uint128 missingE6; // its value in the valuation currency, rounded up
}

/// @notice What only some trades have.
struct Life {
    uint32 changes; // made so far
    int128 due; // smallest units of the rate token that the borrower owes beside interest (negative: is owed)
    BusinessDate caughtUpTo; // corporate actions up to this date are done
    BusinessDate calledOn; // whose call left the deficit
    bool defaultByLender; // who is in default, where one is
    Failure deficit; // of the last call
    Failure late; // of a leg that was to return at the end
}

/// @notice A trade as anybody may read it; its basket is read with `basket`.
struct TradeView {
    Status status;
    address lender;
    address borrower;
    address loanToken;
    uint96 loanQuantity; // smallest units that the borrower must give back
    uint16 ratioBps;
    uint16 callBelowBps;
    uint16 returnAboveBps;
    int40 rateE9;
    uint16 dayCountBasis; // 0 where there is no rate token
    address rateToken; // the zero address where there is none
    uint40 start;
    uint40 end;
    BusinessDate valuedOn; // whose fixings value the loan for interest; 0 before the opening
    BusinessDate accruesFrom; // since when interest is owed
    BusinessDate lastMarked;
    bool inDeficit; // the last call could not be met in full
    bytes32 agreement;
    Life life;
}
