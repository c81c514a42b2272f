// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Repaying} from "../book/Repaying.sol";
import {IKeepers} from "../interfaces/IKeepers.sol";
import {TokenMoves} from "../libraries/TokenMoves.sol";
import {Account, Status} from "../types/Account.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Position, Trade} from "../types/Trade.sol";
import {TradeId} from "../types/TradeId.sol";

/// @title Closing
/// @notice Both legs go back.
abstract contract Closing is Repaying {
    /// @dev Closes an open trade whose end has come; one without an end when a party calls.
    function _closeAtEnd(TradeId id, BusinessDate date, address caller) internal {
        Trade storage trade_ = _trades[id];
        (address lender, address borrower, uint32 end) =
            (trade_.lender, trade_.borrower, trade_.end);
        _requireOpen(id, trade_.account);
        if (end == 0) {
            if (caller != lender && caller != borrower) revert NotAParty(id, caller);
        } else {
            _requireReached(end, date);
        }
        _catchUp(id, date);
        _close(id, date, true);
    }

    /// @dev Closes an open trade on `date`, not before it was last marked; without interest where it is undone.
    function _close(TradeId id, BusinessDate date, bool withInterest) internal {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms(trade_);
        _requireForward(id, date);
        int256 interest;
        if (withInterest) {
            if (account.hasFailed() || terms.isNetted()) interest = _takeDue(id, date);
            interest += _interest(trade_, account.loanQuantity(), terms, date);
        } else if (account.hasFailed()) {
            _forgetDue(_lives[id]);
        }
        trade_.account = account.withCollateral(0).markedOn(date).withStatus(Status.Closed);
        emit IKeepers.Closed(id, date, interest);

        _repay(trade_, account.loanQuantity(), terms, interest);
        address custodian = _custodian(trade_, terms.custody());
        address borrower = trade_.borrower;
        TokenMoves.move(
            _token(terms.collateralInstrument()), custodian, borrower, account.collateralQuantity()
        );
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            trade_.further[i].quantity = 0;
            TokenMoves.move(_token(position.instrument), custodian, borrower, position.quantity);
        }
    }
}
