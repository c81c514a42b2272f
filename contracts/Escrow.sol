// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import {TradeValues} from "./TradeValues.sol";
import {IEscrow, ValuationE18} from "./interfaces/IEscrow.sol";
import {IFixings} from "./interfaces/IFixings.sol";
import {Gas} from "./libraries/Gas.sol";
import {Margin} from "./libraries/Margin.sol";
import {TokenMoves} from "./libraries/TokenMoves.sol";
import {Legs, Valuation} from "./libraries/Valuation.sol";
import {Account, Status} from "./types/Account.sol";
import {BusinessDate, businessDateOf} from "./types/BusinessDate.sol";
import {Instrument} from "./types/Instrument.sol";
import {MarginTerms} from "./types/MarginTerms.sol";
import {Custody, Terms} from "./types/Terms.sol";
import {Position, Trade, TradeView} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title Escrow
/// @notice Owns the state of all trades: exchange, daily mark with its margin call, return. See {IEscrow}, which is the
/// manual; how terms become a trade stands in {Consent}.
contract Escrow is TradeValues, ReentrancyGuardTransient, Multicall {
    using SafeCast for uint256;

    /// @dev Gas for one trade of a batch on its own: a token that burns all it gets stops its own trade only. The
    /// largest mark (a basket of eight in as many currencies, all moving) takes about a sixth of it.
    uint256 private constant TRADE_GAS = 3_000_000;

    /// @dev Bytes of an error that are kept: a selector and eight words, rounded up to words.
    uint256 private constant MAX_REASON = 288;

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
        _requireCurrent(date);
        _each(this.settle.selector, ids, date);
    }

    /// @inheritdoc IEscrow
    function mark(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        _requireBegun(date);
        _each(this.mark.selector, ids, date);
    }

    /// @inheritdoc IEscrow
    function close(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        _requireCurrent(date);
        _each(this.close.selector, ids, date);
    }

    /// @dev Carries out `action` for each trade on its own: first for the batch as a whole, which nearly always succeeds
    /// and takes the least gas; where something in it fails, for one after another. Half of the gas is kept for that.
    function _each(bytes4 action, TradeId[] calldata ids, BusinessDate date) private {
        try this.carryOut{gas: gasleft() / 2}(action, ids, date, msg.sender) {
            return;
        } catch {}
        for (uint256 i = 0; i < ids.length; ++i) {
            Gas.requireLeft(TRADE_GAS);
            try this.carryOut{gas: TRADE_GAS}(action, ids[i:i + 1], date, msg.sender) {}
            catch {
                emit Failed(ids[i], date, action, _reason());
            }
        }
    }

    /// @notice Carries out `action`, called by `caller`, for all trades or for none. Only the contract itself.
    function carryOut(bytes4 action, TradeId[] calldata ids, BusinessDate date, address caller)
        external
        onlySelf
    {
        bool isMark = action == this.mark.selector;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (isMark) _mark(ids[i], date);
            else if (action == this.settle.selector) _settle(ids[i], date);
            else _close(ids[i], date, caller);
        }
    }

    /// @dev What the last call said when it failed, as far as any error of ours goes: a token could say more than a
    /// batch can pay for.
    function _reason() private pure returns (bytes memory reason) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let size := returndatasize()
            if gt(size, MAX_REASON) { size := MAX_REASON }
            reason := mload(0x40)
            mstore(reason, size)
            returndatacopy(add(reason, 0x20), 0, size)
            mstore(0x40, add(add(reason, 0x20), MAX_REASON))
        }
    }

    /// @inheritdoc IEscrow
    function open(
        Terms calldata terms,
        bytes calldata lenderSignature,
        bytes calldata borrowerSignature,
        BusinessDate date
    ) external nonReentrant returns (TradeId id) {
        _requireCurrent(date);
        id = relay(terms, lenderSignature, borrowerSignature);
        _settle(id, date);
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
        (Legs memory legs, uint256 denominator, int256 accrued, uint256 requiredE4,) =
            _value(id, account, _marginTerms[account.marginTermsIndex()], date);
        return ValuationE18(
            Valuation.toE18RoundDown(legs.loan, denominator),
            _signed(Valuation.toE18RoundDown(SignedMath.abs(accrued), denominator), accrued),
            Valuation.toE18RoundDown(requiredE4, denominator * Margin.ONE_BPS),
            Valuation.toE18RoundDown(legs.collateral, denominator)
        );
    }

    // ------------------------------------------------------------------ opening and closing

    function _settle(TradeId id, BusinessDate date) private {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        (address lender, address borrower, uint40 end) =
            (trade_.lender, trade_.borrower, trade_.end);
        _requireStatus(id, account.status(), Status.Approved);
        _requireUnexpired(trade_.expiry);
        _requireReached(trade_.start, date);
        if (end != 0 && date > businessDateOf(end)) revert Ended(id, end);

        if (terms.rateInstrument() != 0) _requireQuote(terms, date);

        trade_.account = account.markedOn(date).withStatus(Status.Open);
        trade_.opened = date;
        emit Opened(id, date);

        TokenMoves.move(_token(terms.loanInstrument()), lender, borrower, account.loanQuantity());
        address custodian = _custodian(trade_, terms.custody());
        TokenMoves.move(
            _token(terms.collateralInstrument()), borrower, custodian, account.collateralQuantity()
        );
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            TokenMoves.move(_token(position.instrument), borrower, custodian, position.quantity);
        }
    }

    function _close(TradeId id, BusinessDate date, address caller) private {
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
        if (date < account.lastMarked()) revert AlreadyMarked(id, account.lastMarked(), date);

        int256 interest = _interest(trade_, account, terms, date);
        trade_.account = account.withCollateral(0).markedOn(date).withStatus(Status.Closed);
        emit Closed(id, date, interest);

        _repay(trade_, account, terms, interest);
        address custodian = _custodian(trade_, terms.custody());
        TokenMoves.move(
            _token(terms.collateralInstrument()), custodian, borrower, account.collateralQuantity()
        );
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            trade_.further[i].quantity = 0;
            TokenMoves.move(_token(position.instrument), custodian, borrower, position.quantity);
        }
    }

    // ------------------------------------------------------------------ margin

    /// @dev A margin call, with values as numerators over one denominator.
    struct Call {
        TradeId id;
        BusinessDate date;
        bool isDelivery; // of a shortfall; otherwise the return of an excess
        address from;
        address to;
        uint256 exposure; // without sign
        uint256 collateral;
        bool fails; // a token did not move in full
    }

    function _mark(TradeId id, BusinessDate date) private {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        _requireStatus(id, account.status(), Status.Open);
        if (!(date > account.lastMarked())) revert AlreadyMarked(id, account.lastMarked(), date);
        trade_.account = account.markedOn(date);

        (Legs memory legs, uint256 denominator,, uint256 required, uint256 unkept) =
            _value(id, account, terms, date);
        if (unkept != 0) _rememberQuotes(trade_, terms, date);
        uint256 loanE18 = Valuation.toE18RoundDown(legs.loan, denominator);
        uint256 collateralE18 = Valuation.toE18RoundDown(legs.collateral, denominator);
        uint256 collateral;
        unchecked {
            // From here all have the factor of 1e4 that the required value has.
            denominator *= Margin.ONE_BPS;
            collateral = legs.collateral * Margin.ONE_BPS;
        }
        emit Marked(
            id, date, loanE18, Valuation.toE18RoundDown(required, denominator), collateralE18
        );
        uint256 exposure = Margin.exposure(required, collateral);
        if (Margin.moves(exposure, required, denominator, terms.thresholdBps(), terms.mtaE6())) {
            if (collateral == 0) revert WorthlessBasket(id);
            _call(
                trade_,
                account.markedOn(date),
                terms,
                _newCall(id, date, terms, required, collateral, exposure)
            );
        }
    }

    function _newCall(
        TradeId id,
        BusinessDate date,
        MarginTerms terms,
        uint256 required,
        uint256 collateral,
        uint256 exposure
    ) private view returns (Call memory) {
        address custodian = _custodian(_trades[id], terms.custody());
        address borrower = _trades[id].borrower;
        bool isDelivery = required > collateral;
        return Call({
            id: id,
            date: date,
            isDelivery: isDelivery,
            from: isDelivery ? borrower : custodian,
            to: isDelivery ? custodian : borrower,
            exposure: exposure,
            collateral: collateral,
            fails: false
        });
    }

    /// @dev Moves the call through every token of the basket.
    function _call(Trade storage trade_, Account account, MarginTerms terms, Call memory call)
        private
    {
        uint256 held = _callOne(call, terms.collateralInstrument(), account.collateralQuantity());
        for (uint256 i = 0; i < terms.furtherTokens(); ++i) {
            Position memory position = trade_.further[i];
            trade_.further[i].quantity =
                _callOne(call, position.instrument, position.quantity).toUint96();
        }
        account = account.withCollateral(held.toUint96());
        trade_.account = call.fails ? account.withDeficit() : account;
    }

    /// @dev Moves one token's share of a call. What it cannot move is a deficit of its own.
    /// Returns what the basket then holds of the token, of which it held `quantity`.
    function _callOne(Call memory call, uint32 index, uint256 quantity) private returns (uint256) {
        Instrument storage instrument = _instrument(index);
        uint256 lot = instrument.lot;
        uint256 called = call.isDelivery
            ? Margin.deliveryRoundUp(quantity, call.exposure, call.collateral, lot)
            : Margin.returnRoundDown(quantity, call.exposure, call.collateral, lot);
        if (called == 0) return quantity;

        address token = instrument.token;
        uint256 moved = TokenMoves.moveAvailable(token, call.from, call.to, called, lot);
        uint256 held = quantity;
        if (moved > 0 && call.isDelivery) {
            held += moved;
            emit Delivered(call.id, call.date, token, moved);
        } else if (moved > 0) {
            held -= moved;
            emit Returned(call.id, call.date, token, moved);
        }
        if (moved < called) {
            call.fails = true;
            emit Deficit(call.id, call.date, call.from, token, called - moved);
        }
        return held;
    }

    // ------------------------------------------------------------------ positions and tokens

    /// @dev The i-th token of the basket, from 0.
    function _position(Trade storage trade_, uint256 i) private view returns (Position memory) {
        if (i > 0) return trade_.further[i - 1];
        Account account = trade_.account;
        MarginTerms terms = _marginTerms[account.marginTermsIndex()];
        return Position(terms.collateralInstrument(), account.collateralQuantity());
    }

    function _custodian(Trade storage trade_, Custody custody) private view returns (address) {
        return custody == Custody.Segregated ? address(this) : trade_.lender;
    }

    /// @dev Loan and interest go back, in one move where they are the same token.
    function _repay(Trade storage trade_, Account account, MarginTerms terms, int256 interest)
        private
    {
        (address lender, address borrower) = (trade_.lender, trade_.borrower);
        uint32 rateInstrument = terms.rateInstrument();
        int256 loan = uint256(account.loanQuantity()).toInt256();
        if (rateInstrument == terms.loanInstrument()) {
            (loan, interest) = (loan + interest, int256(0));
        }
        _moveSigned(terms.loanInstrument(), borrower, lender, loan);
        if (interest != 0) _moveSigned(rateInstrument, borrower, lender, interest);
    }

    function _moveSigned(uint32 instrument, address from, address to, int256 quantity) private {
        if (quantity < 0) (from, to) = (to, from);
        TokenMoves.move(_token(instrument), from, to, SignedMath.abs(quantity));
    }

    function _token(uint32 instrument) private view returns (address) {
        return _instrument(instrument).token;
    }

    // ------------------------------------------------------------------ checks

    function _requireStatus(TradeId id, Status found, Status needed) private pure {
        if (found != needed) revert WrongStatus(id, found, needed);
    }

    /// @dev Both the clock and the business date have come to `moment`.
    function _requireReached(uint40 moment, BusinessDate date) private view {
        if (block.timestamp < moment) revert TooEarly(uint40(block.timestamp), moment);
        if (date < businessDateOf(moment)) {
            revert TooEarly(uint40(BusinessDate.unwrap(date)) * 1 days, moment);
        }
    }

    function _requireBegun(BusinessDate date) private view {
        BusinessDate today = businessDateOf(uint40(block.timestamp));
        if (date > today) revert DateInFuture(date, today);
    }

    /// @dev A trade opens or closes on the latest date with fixings or, before those of today are out, on a later one.
    function _requireCurrent(BusinessDate date) private view {
        _requireBegun(date);
        BusinessDate latest = FIXINGS.latest();
        if (date < latest) revert DatePassed(date, latest);
    }
}
