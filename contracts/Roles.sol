// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Roles
/// @notice Who may do what (JSF 2023, overview of each actor). No role can move a party's tokens.
contract Roles is AccessManager {
    /// @notice Issues and redeems tokens on their holders' request, and lists instruments.
    uint64 public constant TOKEN_ADMINISTRATOR = 1;

    /// @notice Publishes fixings.
    uint64 public constant FEEDER = 2;

    /// @param blockchainAdministrator holds ADMIN_ROLE: grants roles and sets which functions they open.
    constructor(address blockchainAdministrator) AccessManager(blockchainAdministrator) {}
}
