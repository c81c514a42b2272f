// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Book} from "./book/Book.sol";
import {Margining} from "./book/Margining.sol";
import {Settling} from "./book/Settling.sol";
import {IChanges} from "./interfaces/IChanges.sol";
import {ICorporateActions, ICorporateParts} from "./interfaces/ICorporateActions.sol";
import {IEndings} from "./interfaces/IEndings.sol";
import {IFailures} from "./interfaces/IFailures.sol";
import {IFixings} from "./interfaces/IFixings.sol";
import {IKeepers} from "./interfaces/IKeepers.sol";
import {INettingParts, INettingSets} from "./interfaces/INettingSets.sol";
import {Delegation} from "./libraries/Delegation.sol";
import {Gas} from "./libraries/Gas.sol";
import {Margin} from "./libraries/Margin.sol";
import {Legs, Valuation} from "./libraries/Valuation.sol";
import {Account} from "./types/Account.sol";
import {BusinessDate} from "./types/BusinessDate.sol";
import {MarginTerms} from "./types/MarginTerms.sol";
import {SetId} from "./types/NettingSet.sol";
import {Failure, Trade} from "./types/Trade.sol";
import {TradeId} from "./types/TradeId.sol";

/// @title Escrow
/// @notice Owns the state of all trades. Here is what happens every day: exchange, mark with its margin call. All else
/// stands in contracts whose code it runs on its own storage: {Registry}, {Lifecycle}, {Failures}, {NettingSets} and
/// {CorporateActions}. {IEscrow} is the manual of all.
contract Escrow is IKeepers, Settling, Margining, ReentrancyGuardTransient, Multicall {
    /// @dev Gas for one trade of a batch on its own: a token that burns all it gets stops its own trade only. The
    /// largest mark (a basket of twenty in as many currencies, all moving) takes about half of it.
    uint256 private constant TRADE_GAS = 3_000_000;

    /// @notice How trades come to be, and what anybody may see of them.
    address public immutable REGISTRY;

    /// @notice What else happens by the parties' will.
    address public immutable LIFECYCLE;

    /// @notice What happens when a party does not deliver.
    address public immutable FAILURES;

    /// @notice Trades that margin as one.
    address public immutable NETTING;

    /// @notice What issuers do to securities.
    address public immutable ACTIONS;

    /// @notice A part of the escrow is a contract.
    error NotAContract(address found);

    /// @param authority the AccessManager that names the token administrator.
    /// @param fixings where prices and rates are read.
    /// @param registry the {Registry} of the same fixings, as are the following.
    /// @param lifecycle the {Lifecycle}.
    /// @param failures the {Failures}.
    /// @param netting the {NettingSets}.
    /// @param actions the {CorporateActions}.
    constructor(
        address authority,
        IFixings fixings,
        // Checked by `_contract`.
        // slither-disable-next-line missing-zero-check
        address registry,
        // Checked by `_contract`.
        // slither-disable-next-line missing-zero-check
        address lifecycle,
        // Checked by `_contract`.
        // slither-disable-next-line missing-zero-check
        address failures,
        // Checked by `_contract`.
        // slither-disable-next-line missing-zero-check
        address netting,
        // Checked by `_contract`.
        // slither-disable-next-line missing-zero-check
        address actions
    ) Book(authority, fixings) {
        REGISTRY = _contract(registry);
        LIFECYCLE = _contract(lifecycle);
        FAILURES = _contract(failures);
        NETTING = _contract(netting);
        ACTIONS = _contract(actions);
    }

    /// @dev Everything of {IEscrow} that is not here.
    // solhint-disable-next-line payable-fallback, no-complex-fallback
    fallback() external {
        Delegation.forward(_partOf(msg.sig));
    }

    /// @dev Which contract has a function.
    function _partOf(bytes4 function_) private view returns (address) {
        if (function_ == IChanges.make.selector) return LIFECYCLE;
        if (
            function_ == IEndings.endNow.selector || function_ == IFailures.noteLate.selector
                || function_ == IFailures.cure.selector || function_ == IFailures.buyIn.selector
                || function_ == IFailures.declareDefault.selector
                || function_ == IFailures.closeOut.selector
        ) return FAILURES;
        if (
            function_ == INettingParts.join.selector || function_ == INettingParts.leave.selector
                || function_ == INettingSets.cureSet.selector
                || function_ == INettingSets.declareSetDefault.selector
                || function_ == INettingSets.closeOutSet.selector
                || function_ == INettingSets.setOf.selector
                || function_ == INettingSets.nettingSet.selector
        ) return NETTING;
        if (
            function_ == ICorporateActions.declare.selector
                || function_ == ICorporateActions.catchUp.selector
                || function_ == ICorporateParts.catchUpOne.selector
                || function_ == ICorporateActions.catchUpSet.selector
                || function_ == ICorporateActions.bookSeizure.selector
                || function_ == ICorporateActions.bookSetSeizure.selector
                || function_ == ICorporateActions.actionsOf.selector
        ) return ACTIONS;
        return REGISTRY;
    }

    function _contract(address part) private view returns (address) {
        if (part.code.length == 0) revert NotAContract(part);
        return part;
    }

    // ------------------------------------------------------------------ batches

    /// @inheritdoc IKeepers
    function settle(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        _requireCurrent(date);
        _each(this.settle.selector, ids, date);
    }

    /// @inheritdoc IKeepers
    function mark(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        _requireBegun(date);
        _each(this.mark.selector, ids, date);
    }

    /// @inheritdoc IKeepers
    function close(TradeId[] calldata ids, BusinessDate date) external nonReentrant {
        _requireCurrent(date);
        _each(this.close.selector, ids, date);
    }

    /// @notice See {INettingSets}.
    function markSets(SetId[] calldata ids, BusinessDate date) external nonReentrant {
        _requireBegun(date);
        TradeId[] calldata same;
        // solhint-disable-next-line no-inline-assembly
        assembly {
            same.offset := ids.offset
            same.length := ids.length
        }
        _each(this.markSets.selector, same, date);
    }

    /// @dev Carries out `action` for each trade on its own: first for the batch as a whole, which nearly always succeeds
    /// and takes the least gas; where something in it fails, for one after another. Half of the gas is kept for that.
    function _each(bytes4 action, TradeId[] calldata ids, BusinessDate date) private {
        try this.carryOut{gas: gasleft() / 2}(action, ids, date, msg.sender, false) {
            return;
        } catch {}
        for (uint256 i = 0; i < ids.length; ++i) {
            Gas.requireLeft(TRADE_GAS);
            try this.carryOut{gas: TRADE_GAS}(action, ids[i:i + 1], date, msg.sender, true) {}
            catch {
                emit Failed(ids[i], date, action, _reason());
            }
        }
    }

    /// @notice Carries out `action`, called by `caller`, for all trades or for none. Only the contract itself.
    /// @param isSecond after a first try: a mark that could not value a security may find it repaid by its issuer.
    function carryOut(
        bytes4 action,
        TradeId[] calldata ids,
        BusinessDate date,
        address caller,
        bool isSecond
    ) external onlySelf {
        bool isMark = action == this.mark.selector;
        for (uint256 i = 0; i < ids.length; ++i) {
            TradeId id = ids[i];
            if (isMark) {
                _mark(id, date, isSecond);
            } else if (action == this.settle.selector) {
                _settle(id, date);
            } else if (action == this.close.selector) {
                Delegation.run(FAILURES, abi.encodeCall(IEndings.closeOne, (id, date, caller)));
            } else {
                SetId setId = SetId.wrap(TradeId.unwrap(id));
                Delegation.run(NETTING, abi.encodeCall(INettingParts.markOne, (setId, date)));
            }
        }
    }

    /// @dev What the last call said when it failed, as far as any error of ours goes: a token could say more than a
    /// batch can pay for.
    function _reason() private pure returns (bytes memory reason) {
        uint256 most = Delegation.MAX_REASON;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let size := returndatasize()
            if gt(size, most) { size := most }
            reason := mload(0x40)
            mstore(reason, size)
            returndatacopy(add(reason, 0x20), 0, size)
            mstore(0x40, add(add(reason, 0x20), most))
        }
    }

    // ------------------------------------------------------------------ one trade

    function _mark(TradeId id, BusinessDate date, bool isSecond) private {
        Trade storage trade_ = _trades[id];
        Account account = trade_.account;
        MarginTerms terms = _sharedTerms[account.marginTermsIndex()].margin;
        _requireOpen(id, account);
        if (terms.isNetted()) revert Netted(id);
        if (!(date > account.lastMarked())) revert AlreadyMarked(id, account.lastMarked(), date);
        bool wasInDeficit = account.inDeficit();
        if (wasInDeficit) _charge(id, _lives[id].deficit, date);
        if (isSecond) {
            _catchUp(id, date);
            account = trade_.account;
            terms = _sharedTerms[account.marginTermsIndex()].margin;
        }

        (Legs memory legs, uint256 denominator, uint256 owed,, uint256 unkept, uint256 lastAction) =
            _value(id, account, terms, date);
        if (lastAction > BusinessDate.unwrap(account.lastMarked())) {
            ICorporateParts(address(this)).catchUpOne(id, date);
            account = trade_.account;
            terms = _sharedTerms[account.marginTermsIndex()].margin;
            (legs, denominator, owed,, unkept,) = _value(id, account, terms, date);
        }
        account = account.markedOn(date);
        trade_.account = account;
        if (unkept != 0) _useQuotes(trade_, terms, date);
        if (terms.accrues()) _useStart(trade_, terms);
        uint256 requiredE4;
        uint256 denominatorE4;
        unchecked {
            requiredE4 = owed * terms.ratioBps(); // 226 + 16 bits
            denominatorE4 = denominator * Margin.ONE_BPS;
        }
        emit Marked(
            id,
            date,
            Valuation.toE18RoundDown(legs.loan, denominator),
            Valuation.toE18RoundDown(requiredE4, denominatorE4),
            Valuation.toE18RoundDown(legs.collateralE4, denominatorE4)
        );
        if (Margin.moves(terms, owed, requiredE4, legs.collateralE4, denominatorE4)) {
            Call memory call = _newCall(id, date, terms, legs, requiredE4);
            account = _carryOut(trade_, account, terms, call);
            if (call.missingE4 != 0) {
                trade_.account = account.withDeficit();
                _note(call, _toE6RoundUp(call.missingE4, denominatorE4));
                return;
            }
            trade_.account = account;
        }
        if (wasInDeficit) delete _lives[id].deficit;
    }

    /// @dev Keeps what a party did not deliver. What the escrow cannot return is nobody's failure.
    function _note(Call memory call, uint128 missingE6) private {
        Failure storage deficit = _lives[call.id].deficit;
        bool byLender = call.from == _trades[call.id].lender;
        BusinessDate since = deficit.since;
        if (call.from == address(this)) {
            delete _lives[call.id].deficit;
        } else {
            _lives[call.id].calledOn = call.date;
            bool goesOn = BusinessDate.unwrap(since) != 0 && deficit.byLender == byLender;
            _lives[call.id].deficit =
                Failure(goesOn ? since : call.date, call.date, byLender, missingE6);
        }
    }
}
