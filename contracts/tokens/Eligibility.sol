// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IEligibility} from "../interfaces/IEligibility.sol";

/// @title Eligibility
/// @notice A register of who may hold the tokens that refer to it, of any number of issues. Everybody starts outside. An
/// escrow holds tokens too: it must be admitted before its trades can move them.
contract Eligibility is IEligibility, AccessManaged {
    /// @inheritdoc IEligibility
    mapping(address holder => bool) public isEligible;

    /// @notice `holder` may hold from now on.
    event Admitted(address indexed holder);

    /// @notice `holder` may neither send nor receive from now on.
    event Excluded(address indexed holder);

    /// @param authority the AccessManager that names the enforcer.
    constructor(address authority) AccessManaged(authority) {}

    /// @notice Admits all of `holders`; one who is admitted already stays so, without an event. Enforcer only; reverts with
    /// AccessManagedUnauthorized for others.
    function admit(address[] calldata holders) external restricted {
        for (uint256 i = 0; i < holders.length; ++i) {
            if (isEligible[holders[i]]) continue;
            isEligible[holders[i]] = true;
            emit Admitted(holders[i]);
        }
    }

    /// @notice Excludes all of `holders`, who keep what they have but cannot move it; one who is not admitted stays so,
    /// without an event. Enforcer only; reverts with AccessManagedUnauthorized for others.
    function exclude(address[] calldata holders) external restricted {
        for (uint256 i = 0; i < holders.length; ++i) {
            if (!isEligible[holders[i]]) continue;
            isEligible[holders[i]] = false;
            emit Excluded(holders[i]);
        }
    }
}
