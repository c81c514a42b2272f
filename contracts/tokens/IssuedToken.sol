// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {RegulatedToken} from "./RegulatedToken.sol";

/// @title IssuedToken
/// @notice A regulated token whose supply only the token administrator changes, on a holder's request.
abstract contract IssuedToken is RegulatedToken {
    uint8 private immutable DECIMALS;

    /// @notice ISO 4217 code of the token's price or, for cash, of the token.
    bytes3 public immutable CURRENCY;

    /// @notice `quantity` was created for `holder`.
    event Issued(address indexed holder, uint256 quantity);

    /// @notice `quantity` of `holder`'s was cancelled.
    event Redeemed(address indexed holder, uint256 quantity);

    constructor(
        address authority,
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        bytes3 currency
    ) ERC20(name_, symbol_) ERC20Permit(name_) AccessManaged(authority) {
        DECIMALS = decimals_;
        CURRENCY = currency;
    }

    /// @notice Creates `quantity` (smallest units) for `holder`. Token administrator only. Reverts with ERC20InvalidReceiver
    /// for the zero address, EnforcedPause, or ERC7943CannotReceive.
    function issue(address holder, uint256 quantity) external restricted {
        _mint(holder, quantity);
        emit Issued(holder, quantity);
    }

    /// @notice Cancels `quantity` (smallest units) of `holder`'s, which `holder` has asked for by an allowance to the
    /// caller. Token administrator only. Reverts with ERC20InsufficientAllowance, EnforcedPause, ERC7943CannotSend,
    /// ERC20InsufficientBalance, or ERC7943InsufficientUnfrozenBalance: what is frozen is not redeemed.
    function redeem(address holder, uint256 quantity) external restricted {
        _spendAllowance(holder, _msgSender(), quantity);
        _burn(holder, quantity);
        emit Redeemed(holder, quantity);
    }

    /// @notice Decimals of the smallest unit: 0 for a unit of face or a share, the currency's for cash.
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}
