// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

import {IChanges} from "./IChanges.sol";
import {IConsent} from "./IConsent.sol";
import {ICorporateActions} from "./ICorporateActions.sol";
import {IFailures} from "./IFailures.sol";
import {IFixings} from "./IFixings.sol";
import {IInstruments} from "./IInstruments.sol";
import {IKeepers} from "./IKeepers.sol";
import {INettingSets} from "./INettingSets.sol";
import {IReading} from "./IReading.sol";

/// @title Escrow
/// @notice The one contract that owns the state of all trades, as its callers see it. Each part of the manual is an
/// interface of its own.
///
/// Assumptions
/// - Each party has given this contract an ERC-20 allowance for what it must deliver. The contract pulls only what
///   terms that the party approved entitle it to.
/// - Listed tokens keep balances that only transfers change. A token that reverts, returns false, takes a fee, lies
///   about a transfer, re-enters or burns gas harms the trades that name it and no others.
/// - Fixings are right; {IFixings} says who publishes them.
/// - While a call's tokens move, `trade` and `basket` still show what was before it; nothing can act on an open trade
///   then.
interface IEscrow is
    IInstruments,
    IConsent,
    IKeepers,
    IChanges,
    IFailures,
    INettingSets,
    ICorporateActions,
    IReading,
    IAccessManaged,
    IERC5267
{
    /// @notice Where prices and rates are read.
    function FIXINGS() external view returns (IFixings);

    /// @notice Several calls of the same caller in one transaction; all happen or none does.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);
}
