// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IKeepers} from "../interfaces/IKeepers.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Account} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {Margining} from "./Margining.sol";

/// @title Baskets
/// @notice A basket as a list, for what happens too seldom to be worth more.
abstract contract Baskets is Margining {
    /// @dev What the basket holds, in the order of the terms.
    function _basket(Trade storage trade_) internal view returns (Position[] memory positions) {
        MarginTerms terms = _marginTerms(trade_);
        positions = new Position[](1 + terms.furtherTokens());
        positions[0] = Position(
            terms.collateralInstrument(),
            trade_.account.collateralQuantity(),
            uint16(terms.haircutBps()) // of 14 bits
        );
        for (uint256 i = 1; i < positions.length; ++i) {
            positions[i] = trade_.further[i - 1];
        }
    }

    /// @dev Where the instrument stands among the first `size`; `size` where it does not.
    function _find(Position[] memory positions, uint256 size, uint24 instrument)
        internal
        pure
        returns (uint256 at)
    {
        while (at < size && positions[at].instrument != instrument) ++at;
    }

    /// @dev Makes the basket hold `positions`, at least one.
    function _setBasket(Trade storage trade_, Position[] memory positions) internal {
        Account account = trade_.account;
        SharedTerms storage shared = _sharedTerms[account.marginTermsIndex()];
        MarginTerms terms = shared.margin
            .withCollateral(positions.length, positions[0].instrument, positions[0].haircutBps);
        trade_.account = account.withCollateral(positions[0].quantity)
            .withMarginTerms(_sharedTermsIndex(terms, shared.agreement));
        delete trade_.further;
        for (uint256 i = 1; i < positions.length; ++i) {
            trade_.further.push(positions[i]);
        }
    }

    /// @dev Moves `quantity` out of the basket to the borrower.
    function _giveBack(TradeId id, BusinessDate date, uint24 instrument, uint256 quantity)
        internal
    {
        if (quantity == 0) return;
        Trade storage trade_ = _trades[id];
        address token = _token(instrument);
        emit IKeepers.Returned(id, date, token, quantity);
        TokenMoves.move(
            token, _custodian(trade_, _marginTerms(trade_).custody()), trade_.borrower, quantity
        );
    }

    /// @dev Moves `quantity` from the borrower into the basket.
    function _takeIn(TradeId id, BusinessDate date, uint24 instrument, uint256 quantity) internal {
        if (quantity == 0) return;
        Trade storage trade_ = _trades[id];
        address token = _token(instrument);
        emit IKeepers.Delivered(id, date, token, quantity);
        TokenMoves.move(
            token, trade_.borrower, _custodian(trade_, _marginTerms(trade_).custody()), quantity
        );
    }
}
