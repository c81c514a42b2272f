// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";
import {Failure} from "./Trade.sol";

/// @notice A netting set's identity: two parties, whichever lends, under one agreement.
type SetId is bytes32;

using {unwrap} for SetId global;

function unwrap(SetId id) pure returns (bytes32) {
    return SetId.unwrap(id);
}

/// @notice The first party is the one of the lower address.
function setIdOf(address one, address other, bytes32 agreement) pure returns (SetId) {
    (address first, address second) = one < other ? (one, other) : (other, one);
    return SetId.wrap(keccak256(abi.encode(first, second, agreement)));
}

/// @notice One token in a netting set.
struct Holding {
    uint24 instrument; // slot 0: 24 + 16 + 8 + 8 + 96 + 96 = 248 bits
    uint16 haircutBps; // of what is held
    bool givenBySecond; // whether the second party has ever given of it
    bool givenByFirst;
    uint96 heldForFirst; // smallest units that secure the first party, from the second
    uint96 heldForSecond;
    int128 loan; // slot 1: smallest units that the second party owes the first (negative: is owed)
    int128 loanE4; // the same, each trade's times its ratio
}

/// @notice All trades of two parties under one agreement, as one account: a mark costs what its tokens cost, however
/// many the trades.
struct NettingSet {
    address first; // slot 0: 160 + 24 + 24 + 32 + 8 + 8 = 256 bits
    BusinessDate lastMarked;
    BusinessDate caughtUpTo; // corporate actions up to this date are done
    uint32 trades; // open ones
    bool isInDefault;
    bool defaultByFirst; // who is in default, where one is
    address second; // slot 1: 160 + 24 = 184 bits
    BusinessDate calledOn; // whose call left the deficit
    bytes32 agreement;
    int256 dailyE18; // interest that runs up in a day, times the ratio, in the valuation currency: owed to the first
    int256 dailyFromE18; // the sum of each trade's times the day from which it counts
    Failure deficit; // of the last call; byLender: by the first party
    int256 missedE6Days; // what the second party did not deliver x days (negative: the first), not yet paid for
    Holding[] holdings;
}
