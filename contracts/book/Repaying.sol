// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {TokenMoves} from "../libraries/TokenMoves.sol";
import {MarginTerms} from "../types/MarginTerms.sol";
import {Trade} from "../types/Trade.sol";
import {Baskets} from "./Baskets.sol";

/// @title Repaying
/// @notice What the borrower gives back of the loan, with what is owed beside it.
abstract contract Repaying is Baskets {
    using SafeCast for uint256;

    /// @dev Loan and interest go back, in one move where they are the same token.
    function _repay(Trade storage trade_, uint256 loanQuantity, MarginTerms terms, int256 interest)
        internal
    {
        (address lender, address borrower) = (trade_.lender, trade_.borrower);
        (int256 loan, int256 rest) = _repayment(loanQuantity, terms, interest);
        _moveSigned(terms.loanInstrument(), borrower, lender, loan);
        if (rest != 0) _moveSigned(terms.rateInstrument(), borrower, lender, rest);
    }

    /// @dev What the borrower gives of the loan token, and beside it of the rate token (negative: what the lender gives).
    function _repayment(uint256 loanQuantity, MarginTerms terms, int256 interest)
        internal
        pure
        returns (int256 loan, int256 rest)
    {
        loan = loanQuantity.toInt256();
        if (terms.rateInstrument() == terms.loanInstrument()) return (loan + interest, 0);
        rest = interest;
    }

    function _moveSigned(uint24 instrument, address from, address to, int256 quantity) internal {
        if (quantity < 0) (from, to) = (to, from);
        TokenMoves.move(_token(instrument), from, to, SignedMath.abs(quantity));
    }
}
