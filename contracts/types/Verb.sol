// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice What can happen to a live trade by its parties' will (GMRA and GMSLA; FINOS CDM's event names).
enum Verb {
    PartialReturn, // `quantity` of the loan goes back, with its interest and its share of the basket
    Recall, // the trade ends at `end`
    Terminate, // the trade closes now
    Extend, // the trade ends at `end`, later than before
    Rerate, // interest is paid until now and runs on at `rateE9`
    Reprice, // interest is paid, and exposure is brought to nothing at today's values
    Substitute, // `outgoing` leaves the basket against `incoming`
    Increase, // `quantity` more is lent, against its share of the basket
    Novate, // `to` takes the place of the party `from`
    Correct, // the trade is undone as if it had never been: both legs go back without interest
    Default // only a right: to declare the other party in default
}
