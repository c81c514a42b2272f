// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {TradeValues} from "./TradeValues.sol";
import {IEscrow, ValuationE18} from "./interfaces/IEscrow.sol";
import {IFixings} from "./interfaces/IFixings.sol";
import {Margin} from "./libraries/Margin.sol";
import {Valuation} from "./libraries/Valuation.sol";
import {Account, Status} from "./types/Account.sol";
import {BusinessDate, businessDateOf} from "./types/BusinessDate.sol";
import {MarginTerms} from "./types/MarginTerms.sol";
import {Instrument} from "./types/Instrument.sol";
import {Custody, Terms} from "./types/Terms.sol";
import {Position, Trade, TradeView} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title Escrow
/// @notice Owns the state of all trades: exchange, daily mark with its margin call, return. See {IEscrow}, which is the
/// manual; how terms become a trade stands in {Consent}.
contract Escrow is TradeValues, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev Gas for one trade of a batch, and for one token's move within a call: a token that burns all it gets
    /// stops its own trade only. The largest mark (a basket of eight, all moving) needs about a third of it.
    uint256 private constant TRADE_GAS = 3_000_000;
    uint256 private constant MOVE_GAS = 250_000;

    /// @param authority the AccessManager that names the token administrator.
    /// @param fixings where prices and rates are read.
    constructor(address authority, IFixings fixings)
        AccessManaged(authority)
        TradeValues(fixings)
    {}

    modifier onlySelf() {
        if (msg.sender != address(this)) revert OnlySelf(msg.sender);
        _;
    }

    // ------------------------------------------------------------------ batches

    /// @inheritdoc IEscrow
    function settle(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        for (uint256 i = 0; i < ids.length; ++i) {
            _requireGas(TRADE_GAS);
            try this.settleOne{gas: TRADE_GAS}(ids[i], date) {}
            catch (bytes memory reason) {
                emit Failed(ids[i], date, this.settle.selector, reason);
            }
        }
    }

    /// @inheritdoc IEscrow
    function mark(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        for (uint256 i = 0; i < ids.length; ++i) {
            _requireGas(TRADE_GAS);
            try this.markOne{gas: TRADE_GAS}(ids[i], date) {}
            catch (bytes memory reason) {
                emit Failed(ids[i], date, this.mark.selector, reason);
            }
        }
    }

    /// @inheritdoc IEscrow
    function close(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        for (uint256 i = 0; i < ids.length; ++i) {
            _requireGas(TRADE_GAS);
            try this.closeOne{gas: TRADE_GAS}(ids[i], date, msg.sender) {}
            catch (bytes memory reason) {
                emit Failed(ids[i], date, this.close.selector, reason);
            }
        }
    }

    /// @inheritdoc IEscrow
    function open(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature,
        BusinessDate date
    ) external nonReentrant returns (TradeId id) {
        id = relay(terms, lenderSignature, borrowerSignature);
        _settle(id, date);
    }

    // ------------------------------------------------------------------ one trade, contained

    /// @notice One trade of `settle`. Only the contract itself.
    function settleOne(TradeId id, BusinessDate date) external onlySelf {
        _settle(id, date);
    }

    /// @notice One trade of `close`. Only the contract itself.
    function closeOne(TradeId id, BusinessDate date, address caller) external onlySelf {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        (address lender, address borrower, uint40 end) =
            (trade_.lender, trade_.borrower, trade_.end);
        _requireStatus(id, account.status(), Status.Open);
        if (end == 0) {
            if (caller != lender && caller != borrower) revert NotAParty(id, caller);
        } else {
            _requireReached(end, date);
        }
        _requireCurrent(date);

        int256 interest = _interest(trade_, account, terms, date);
        trade_.account = account.withCollateral(0).markedOn(date).withStatus(Status.Closed);
        emit Closed(id, date, interest);

        _repay(trade_, account, terms, interest);
        address custodian = _custodian(trade_, terms.custody());
        _move(terms.collateralInstrument(), custodian, borrower, account.collateralQuantity());
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            trade_.further[i].quantity = 0;
            _move(position.instrument, custodian, borrower, position.quantity);
        }
    }

    /// @notice One trade of `mark`. Only the contract itself.
    function markOne(TradeId id, BusinessDate date) external onlySelf {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        _requireStatus(id, account.status(), Status.Open);
        if (!(date > account.lastMarked())) revert AlreadyMarked(id, account.lastMarked(), date);
        _requireBegun(date);

        trade_.account = account.markedOn(date);

        Value memory value = _value(id, account, terms, date);
        if (value.newQuotes) _rememberQuotes(trade_, terms, date);
        _emitMarked(id, date, value);

        uint256 exposure = Margin.exposure(value.required, value.collateral);
        if (Margin.moves(
                exposure,
                value.required,
                value.denominator * Margin.ONE_BPS,
                terms.thresholdBps(),
                terms.mtaE6()
            )) {
            if (value.collateral == 0) revert WorthlessBasket(id);
            bool isDelivery = value.required > value.collateral;
            _call(id, date, terms, Call(isDelivery, exposure, value.collateral));
        }
    }

    /// @notice Moves one token or reverts as a whole. Only the contract itself.
    function moveOne(uint32 instrument, address from, address to, uint256 quantity)
        external
        onlySelf
    {
        _move(instrument, from, to, quantity);
    }

    // ------------------------------------------------------------------ reading

    /// @inheritdoc IEscrow
    function trade(TradeId id) external view returns (TradeView memory) {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        return TradeView({
            status: account.status(),
            lender: trade_.lender,
            borrower: trade_.borrower,
            loanToken: _instrument(terms.loanInstrument()).token,
            loanQuantity: account.loanQuantity(),
            valuationCurrency: terms.valuationCurrency(),
            ratioBps: uint16(terms.ratioBps()),
            thresholdBps: uint16(terms.thresholdBps()),
            mtaE6: uint64(terms.mtaE6()),
            custody: terms.custody(),
            rateE9: trade_.rateE9,
            dayCountBasis: uint16(terms.dayCountBasis()),
            rateToken: _instrument(terms.rateInstrument()).token,
            start: trade_.start,
            end: trade_.end,
            opened: trade_.opened,
            lastMarked: account.lastMarked(),
            inDeficit: account.inDeficit()
        });
    }

    /// @inheritdoc IEscrow
    function basket(TradeId id)
        external
        view
        returns (address[] memory tokens, uint256[] memory quantities)
    {
        Trade storage trade_ = _trades[id];
        uint256 size = trade_.lender == address(0) ? 0 : 1 + trade_.further.length;
        tokens = new address[](size);
        quantities = new uint256[](size);
        for (uint256 i = 0; i < size; ++i) {
            Position memory position = _position(trade_, i);
            tokens[i] = _instrument(position.instrument).token;
            quantities[i] = position.quantity;
        }
    }

    /// @inheritdoc IEscrow
    function valuation(TradeId id, BusinessDate date) external view returns (ValuationE18 memory) {
        Account account = _trades[id].account;
        return _toE18(_value(id, account, _marginTerms[account.marginTermsIndex()], date));
    }

    // ------------------------------------------------------------------ opening

    function _settle(TradeId id, BusinessDate date) private {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        (address lender, address borrower, uint40 end) =
            (trade_.lender, trade_.borrower, trade_.end);
        _requireStatus(id, account.status(), Status.Approved);
        _requireReached(trade_.start, date);
        if (end != 0 && date > businessDateOf(end)) revert Ended(id, end);
        _requireCurrent(date);

        trade_.account = account.markedOn(date).withStatus(Status.Open);
        trade_.opened = date;
        emit Opened(id, date);

        _move(terms.loanInstrument(), lender, borrower, account.loanQuantity());
        address custodian = _custodian(trade_, terms.custody());
        _move(terms.collateralInstrument(), borrower, custodian, account.collateralQuantity());
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            _move(position.instrument, borrower, custodian, position.quantity);
        }
    }

    // ------------------------------------------------------------------ margin

    /// @dev A margin call: values are numerators over one denominator.
    struct Call {
        bool isDelivery; // of a shortfall; otherwise the return of an excess
        uint256 exposure; // without sign
        uint256 collateral;
    }

    /// @dev Moves the call through every token of the basket. What one token cannot move is a deficit of its own.
    function _call(TradeId id, BusinessDate date, MarginTerms terms, Call memory call)
        private
    {
        Trade storage trade_ = _trades[id];
        address custodian = _custodian(trade_, terms.custody());
        (address from, address to) =
            call.isDelivery ? (trade_.borrower, custodian) : (custodian, trade_.borrower);
        uint256 size = 1 + uint256(terms.furtherTokens());
        for (uint256 i = 0; i < size; ++i) {
            _callOne(id, date, call, i, from, to);
        }
    }

    function _callOne(
        TradeId id,
        BusinessDate date,
        Call memory call,
        uint256 i,
        address from,
        address to
    ) private {
        Position memory position = _position(_trades[id], i);
        Instrument storage instrument = _instrument(position.instrument);
        uint256 lot = instrument.lot;
        uint256 called = call.isDelivery
            ? Margin.deliveryRoundUp(position.quantity, call.exposure, call.collateral, lot)
            : Margin.returnRoundDown(position.quantity, call.exposure, call.collateral, lot);
        if (called == 0) return;

        address token = instrument.token;
        uint256 moved = _moveAvailable(position.instrument, token, from, to, called, lot);
        if (moved > 0) {
            if (call.isDelivery) {
                _setQuantity(_trades[id], i, (position.quantity + moved).toUint96());
                emit Delivered(id, date, token, moved);
            } else {
                _setQuantity(_trades[id], i, (position.quantity - moved).toUint96());
                emit Returned(id, date, token, moved);
            }
        }
        if (moved < called) {
            _trades[id].account = _trades[id].account.withDeficit();
            emit Deficit(id, date, from, token, called - moved);
        }
    }

    // ------------------------------------------------------------------ positions and tokens

    /// @dev The i-th token of the basket, from 0.
    function _position(Trade storage trade_, uint256 i) private view returns (Position memory) {
        if (i > 0) return trade_.further[i - 1];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        return Position(terms.collateralInstrument(), account.collateralQuantity());
    }

    function _setQuantity(Trade storage trade_, uint256 i, uint96 quantity) private {
        if (i > 0) trade_.further[i - 1].quantity = quantity;
        else trade_.account = trade_.account.withCollateral(quantity);
    }

    function _emitMarked(TradeId id, BusinessDate date, Value memory value) private {
        uint256 denominator = value.denominator;
        uint256 denominatorE4 = denominator * Margin.ONE_BPS;
        emit Marked(
            id,
            date,
            Valuation.toE18RoundDown(value.loan, denominator),
            Valuation.toE18RoundDown(value.required, denominatorE4),
            Valuation.toE18RoundDown(value.collateral, denominatorE4)
        );
    }

    function _custodian(Trade storage trade_, Custody custody) private view returns (address) {
        return custody == Custody.Segregated ? address(this) : trade_.lender;
    }

    /// @dev Loan and interest go back, in one move where they are the same token.
    function _repay(
        Trade storage trade_,
        Account account,
        MarginTerms terms,
        int256 interest
    ) private {
        (address lender, address borrower) = (trade_.lender, trade_.borrower);
        uint32 rateInstrument = terms.rateInstrument();
        int256 loan = uint256(account.loanQuantity()).toInt256();
        if (rateInstrument == terms.loanInstrument()) (loan, interest) = (loan + interest, int256(0));
        _moveSigned(terms.loanInstrument(), borrower, lender, loan);
        _moveSigned(rateInstrument, borrower, lender, interest);
    }

    function _moveSigned(uint32 instrument, address from, address to, int256 quantity) private {
        if (quantity < 0) (from, to) = (to, from);
        _move(instrument, from, to, SignedMath.abs(quantity));
    }

    /// @dev Moves exactly `quantity`, or reverts: tokens that return false, return nothing, or take a fee included.
    function _move(uint32 instrument, address from, address to, uint256 quantity) private {
        if (quantity == 0) return;
        IERC20 token = IERC20(_instrument(instrument).token);
        uint256 before = token.balanceOf(to);
        if (from == address(this)) token.safeTransfer(to, quantity);
        else token.safeTransferFrom(from, to, quantity);
        uint256 received = token.balanceOf(to) - before;
        if (received != quantity) revert NotReceived(address(token), to, received, quantity);
    }

    /// @dev Moves what `from` can deliver of `quantity`, in whole lots; 0 where the token does not let it.
    function _moveAvailable(
        uint32 instrument,
        address token,
        address from,
        address to,
        uint256 quantity,
        uint256 lot
    ) private returns (uint256) {
        if (from != address(this)) {
            uint256 available = Math.min(
                IERC20(token).balanceOf(from), IERC20(token).allowance(from, address(this))
            );
            if (available < quantity) quantity = available / lot * lot;
        }
        if (quantity == 0) return 0;
        _requireGas(MOVE_GAS);
        try this.moveOne{gas: MOVE_GAS}(instrument, from, to, quantity) {
            return quantity;
        } catch {
            return 0;
        }
    }

    // ------------------------------------------------------------------ checks

    function _requireStatus(TradeId id, Status found, Status needed) private pure {
        if (found != needed) revert WrongStatus(id, found, needed);
    }

    /// @dev Both the clock and the business date have come to `moment`.
    function _requireReached(uint40 moment, BusinessDate date) private view {
        if (block.timestamp < moment) revert TooEarly(uint40(block.timestamp), moment);
        if (date < businessDateOf(moment)) {
            revert TooEarly(uint40(BusinessDate.unwrap(date) * 1 days), moment);
        }
    }

    function _requireBegun(BusinessDate date) private view {
        BusinessDate today = businessDateOf(uint40(block.timestamp));
        if (date > today) revert DateInFuture(date, today);
    }

    /// @dev Leaves a keeper no choice of date: from the latest fixings to today.
    function _requireCurrent(BusinessDate date) private view {
        _requireBegun(date);
        BusinessDate latest = FIXINGS.latest();
        if (date < latest) revert DatePassed(date, latest);
    }

    /// @dev A call with less gas than asked for gets what is left, and would fail for that alone.
    function _requireGas(uint256 needed) private view {
        uint256 found = gasleft();
        // All but one 64th can be handed on (EIP-150); the rest must do for an event.
        if (found < needed + needed / 63 + 10_000) revert InsufficientGas(found, needed);
    }
}
