// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title ERC-7943, fungible
/// @notice The universal interface of tokens for real-world assets: who may send and receive, what is frozen, and what
/// an issuer can enforce. Amounts are in smallest units. Its ERC-165 identifier is 0x3edbb4c4.
interface IERC7943Fungible is IERC165 {
    /// @notice `amount` was taken from `from` and given to `to`, without `from`'s doing. Follows the ERC-20's Transfer.
    event ForcedTransfer(address indexed from, address indexed to, uint256 amount);

    /// @notice Of `account`'s tokens `amount` are frozen from now on.
    event Frozen(address indexed account, uint256 amount);

    /// @notice `account` may not send.
    error ERC7943CannotSend(address account);

    /// @notice `account` may not receive.
    error ERC7943CannotReceive(address account);

    /// @notice The token's rules refuse this transfer.
    error ERC7943CannotTransfer(address from, address to, uint256 amount);

    /// @notice `account` has `amount`, but only `unfrozen` of it is free.
    error ERC7943InsufficientUnfrozenBalance(address account, uint256 amount, uint256 unfrozen);

    /// @notice Moves `amount` from `from` to `to` whatever `from` wants. Frozen tokens move where the others do not
    /// suffice: the frozen amount is lowered first. Restricted.
    /// @return result true; it reverts otherwise.
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool result);

    /// @notice Freezes `amount` of `account`'s tokens in place of what was frozen before; it may be more than `account`
    /// has. Restricted.
    /// @return result true; it reverts otherwise.
    function setFrozenTokens(address account, uint256 amount) external returns (bool result);

    /// @notice Whether `account` may send at all. Never reverts.
    function canSend(address account) external view returns (bool allowed);

    /// @notice Whether `account` may receive at all. Never reverts.
    function canReceive(address account) external view returns (bool allowed);

    /// @notice How much of `account`'s tokens is frozen; possibly more than it has.
    function getFrozenTokens(address account) external view returns (uint256 amount);

    /// @notice Whether the token's rules let `amount` move from `from` to `to` now. Balance and allowance are no such
    /// rules. Never reverts.
    function canTransfer(address from, address to, uint256 amount)
        external
        view
        returns (bool allowed);
}
