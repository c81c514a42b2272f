// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IERC7943Fungible} from "../interfaces/IERC7943Fungible.sol";
import {IRegulatedToken} from "../interfaces/IRegulatedToken.sol";
import {TransferRules} from "./TransferRules.sol";

/// @title RegulatedToken
/// @notice What the enforcer may do to a token and its holders. See {IRegulatedToken}, which is the manual.
abstract contract RegulatedToken is TransferRules, AccessManaged {
    using Math for uint256;

    /// @inheritdoc IRegulatedToken
    function setEligibility(address registry) external restricted {
        if (registry != address(0)) {
            (bool answers,) = _ask(registry, address(this));
            if (!answers) revert NotARegistry(registry);
        }
        _rules.registry = registry;
        emit EligibilitySet(registry);
    }

    /// @inheritdoc IRegulatedToken
    function pause() external restricted {
        if (_rules.paused) revert EnforcedPause();
        _rules.paused = true;
        emit Paused(_msgSender());
    }

    /// @inheritdoc IRegulatedToken
    function unpause() external restricted {
        if (!_rules.paused) revert ExpectedPause();
        _rules.paused = false;
        emit Unpaused(_msgSender());
    }

    /// @notice Freezes `amount` of `account`'s, also more than it has, in place of what was frozen before; 0 frees it.
    /// Enforcer only. Reverts with ERC20InvalidSender for the zero address.
    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 amount) external restricted returns (bool) {
        if (account == address(0)) revert ERC20InvalidSender(account);
        _setFrozen(account, amount);
        return true;
    }

    /// @notice Moves `amount`, frozen tokens last, also while paused and whether or not `from` may send. Enforcer only.
    /// Reverts, in this order, with ERC20InvalidSender or ERC20InvalidReceiver (the zero address), SameHolder,
    /// ERC7943CannotReceive, or ERC20InsufficientBalance.
    /// @inheritdoc IERC7943Fungible
    function forcedTransfer(address from, address to, uint256 amount)
        external
        restricted
        returns (bool)
    {
        _requireForcible(from, to);
        uint256 unfrozen = _unfrozen(from);
        if (amount > unfrozen && amount <= balanceOf(from)) {
            _setFrozen(from, _frozen[from] - (amount - unfrozen));
        }
        _force(from, to, amount);
        return true;
    }

    /// @inheritdoc IRegulatedToken
    function recover(address lost, address replacement) external restricted {
        _requireForcible(lost, replacement);
        uint256 frozen = _frozen[lost];
        if (frozen != 0) {
            _setFrozen(lost, 0);
            _setFrozen(replacement, _frozen[replacement].saturatingAdd(frozen));
        }
        uint256 quantity = balanceOf(lost);
        _force(lost, replacement, quantity);
        emit Recovered(lost, replacement, quantity);
    }

    function _requireForcible(address from, address to) private view {
        if (from == address(0)) revert ERC20InvalidSender(from);
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        if (from == to) revert SameHolder(from);
        if (!canReceive(to)) revert ERC7943CannotReceive(to);
    }

    /// @dev Past the rules of `_update`, which binds everybody else.
    function _force(address from, address to, uint256 amount) private {
        ERC20._update(from, to, amount);
        emit ForcedTransfer(from, to, amount);
    }

    function _setFrozen(address account, uint256 amount) private {
        uint256 found = _frozen[account];
        if (found == 0 && amount != 0) ++_rules.frozenHolders;
        else if (found != 0 && amount == 0) --_rules.frozenHolders;
        _frozen[account] = amount;
        emit Frozen(account, amount);
    }
}
