// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IKeepers} from "../interfaces/IKeepers.sol";
import {Margin} from "../libraries/Margin.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Legs, Valuation} from "../libraries/Valuation.sol";
import {Account} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Instrument} from "../types/Instrument.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {PackedQuote} from "../types/PackedQuote.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Penalties} from "./Penalties.sol";

/// @title Margining
/// @notice A margin call through the tokens of a basket.
abstract contract Margining is Penalties {
    using SafeCast for uint256;
    using Valuation for Legs;

    /// @dev A call, with values as numerators over the legs' denominator x 1e4.
    struct Call {
        TradeId id;
        BusinessDate date;
        bool isDelivery; // of a shortfall; otherwise the return of an excess
        bool inOrder; // token after token; otherwise all pro rata
        address from;
        address to;
        uint256 exposureE4; // without sign; in order: what is left of it
        uint256 day; // of the quotes
        Legs legs;
        uint256 missingE4; // what did not move
    }

    /// @dev The call that restores the required value; pro rata of nothing there is none.
    function _newCall(
        TradeId id,
        BusinessDate date,
        MarginTerms terms,
        Legs memory legs,
        uint256 requiredE4
    ) internal view returns (Call memory call) {
        if (legs.collateralE4 == 0 && !terms.inOrder()) {
            revert WorthlessBasket(id);
        }
        Trade storage trade_ = _trades[id];
        address custodian = _custodian(trade_, terms.custody());
        address borrower = trade_.borrower;
        (call.id, call.date, call.inOrder) = (id, date, terms.inOrder());
        call.isDelivery = requiredE4 > legs.collateralE4;
        (call.from, call.to) = call.isDelivery ? (borrower, custodian) : (custodian, borrower);
        call.exposureE4 = Margin.exposure(requiredE4, legs.collateralE4);
        call.day = terms.dayKey(date);
        call.legs = legs;
    }

    /// @dev Moves the call through every token of the basket; `call.missingE4` then says what did not move.
    /// Returns the account with what the basket holds of its first token.
    function _carryOut(Trade storage trade_, Account account, MarginTerms terms, Call memory call)
        internal
        returns (Account)
    {
        uint256 further = terms.furtherTokens();
        uint256 held = _callOne(
            call,
            Position(
                terms.collateralInstrument(),
                account.collateralQuantity(),
                uint16(terms.haircutBps())
            ),
            further == 0
        );
        for (uint256 i = 0; i < further; ++i) {
            if (call.inOrder && call.exposureE4 == 0) break;
            trade_.further[i].quantity =
                _callOne(call, trade_.further[i], i + 1 == further).toUint96();
        }
        return account.withCollateral(held.toUint96());
    }

    /// @dev Moves one token's share of a call. What it cannot move is a deficit, or the next token's turn.
    /// Returns what the basket then holds of the token.
    function _callOne(Call memory call, Position memory position, bool isLast)
        private
        returns (uint256)
    {
        Instrument storage instrument = _instrument(position.instrument);
        uint256 lot = instrument.lot;
        uint256 unitE4;
        uint256 called;
        if (call.inOrder) {
            unitE4 = _unitE4(call, position);
            called = call.isDelivery
                ? Margin.deliveryInOrderRoundUp(call.exposureE4, unitE4, lot)
                : Margin.returnInOrderRoundDown(position.quantity, call.exposureE4, unitE4, lot);
        } else {
            called = call.isDelivery
                ? Margin.deliveryRoundUp(
                    position.quantity, call.exposureE4, call.legs.collateralE4, lot
                )
                : Margin.returnRoundDown(
                    position.quantity, call.exposureE4, call.legs.collateralE4, lot
                );
        }
        if (called == 0) {
            // Less than one lot is left to return.
            if (call.inOrder && position.quantity >= lot) call.exposureE4 = 0;
            return position.quantity;
        }

        address token = instrument.token;
        uint256 moved = TokenMoves.moveAvailable(token, call.from, call.to, called, lot);
        uint256 held = position.quantity;
        if (moved > 0 && call.isDelivery) {
            held += moved;
            emit IKeepers.Delivered(call.id, call.date, token, moved);
        } else if (moved > 0) {
            held -= moved;
            emit IKeepers.Returned(call.id, call.date, token, moved);
        }
        if (call.inOrder) {
            bool done = moved == called && (call.isDelivery || held >= lot);
            call.exposureE4 = done ? 0 : call.exposureE4 - Math.min(call.exposureE4, moved * unitE4);
        }
        if (moved < called && (isLast || !call.inOrder)) {
            if (unitE4 == 0) unitE4 = _unitE4(call, position);
            call.missingE4 += (called - moved) * unitE4;
            emit IKeepers.Deficit(call.id, call.date, call.from, token, called - moved);
        }
        return held;
    }

    function _unitE4(Call memory call, Position memory position) private view returns (uint256) {
        (PackedQuote quote,) = _quote(position.instrument, call.day);
        return call.legs.ofUnitE4(quote, position.haircutBps);
    }
}
