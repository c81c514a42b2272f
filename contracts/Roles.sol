// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @dev The role of feeders, whose signatures fixings count.
uint64 constant FEEDER_ROLE = 2;

/// @title Roles
/// @notice Who may do what (JSF 2023, overview of each actor). No role has power over a trade, and none but the enforcer
/// can move a party's tokens: the issuer's power over its own token, which each use shows in an event.
contract Roles is AccessManager {
    /// @notice Issues and redeems tokens on their holders' request, and lists instruments.
    uint64 public constant TOKEN_ADMINISTRATOR = 1;

    /// @notice Signs fixings.
    uint64 public constant FEEDER = FEEDER_ROLE;

    /// @notice Enforces the law on a token's holders: freezes, pauses, forces transfers, recovers what a lost key held, and
    /// says who may hold.
    uint64 public constant ENFORCER = 3;

    /// @param blockchainAdministrator holds ADMIN_ROLE: grants roles and sets which functions they open.
    constructor(address blockchainAdministrator) AccessManager(blockchainAdministrator) {}
}
