// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title MockToken
/// @notice Does nothing wrong, with any number of decimals; anybody mints. The hostile tokens start from here and keep the
/// rules until they are told to break them, so that a trade can open with them and meet the trouble later.
contract MockToken is ERC20 {
    uint8 private immutable DECIMALS;

    /// @notice Whether the token does what its title says.
    bool public hostile;

    constructor(uint8 decimals_) ERC20("Mock", "MOCK") {
        DECIMALS = decimals_;
    }

    /// @notice Starts or ends what the title says.
    function setHostile(bool hostile_) external {
        hostile = hostile_;
    }

    /// @notice Creates `quantity` for `holder`.
    function mint(address holder, uint256 quantity) external {
        _mint(holder, quantity);
    }

    /// @inheritdoc ERC20
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }
}
