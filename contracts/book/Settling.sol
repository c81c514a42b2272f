// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IKeepers} from "../interfaces/IKeepers.sol";
import {INettingParts} from "../interfaces/INettingSets.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Account, Status} from "../types/Account.sol";
import {BusinessDate, businessDateOf} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";
import {TradeValues} from "./TradeValues.sol";

/// @title Settling
/// @notice The exchange of both legs.
abstract contract Settling is TradeValues {
    function _settle(TradeId id, BusinessDate date) internal {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _sharedTerms[account.marginTermsIndex()].margin;
        (address lender, address borrower, uint32 end) =
            (trade_.lender, trade_.borrower, trade_.end);
        _requireStatus(id, account.status(), Status.Approved);
        _requireUnexpired(trade_.expiry);
        _requireReached(trade_.start, date);
        if (end != 0 && date > businessDateOf(end)) revert IKeepers.Ended(id, end);

        if (terms.accrues()) _requireQuote(terms, date);

        trade_.account = account.markedOn(date).withStatus(Status.Open);
        (trade_.accruesFrom, trade_.valuedOn) = (date, date);
        emit IKeepers.Opened(id, date);

        TokenMoves.move(_token(terms.loanInstrument()), lender, borrower, account.loanQuantity());
        address custodian = _custodian(trade_, terms.custody());
        TokenMoves.move(
            _token(terms.collateralInstrument()), borrower, custodian, account.collateralQuantity()
        );
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            TokenMoves.move(_token(position.instrument), borrower, custodian, position.quantity);
        }
        if (terms.isNetted()) INettingParts(address(this)).join(id, date);
    }
}
