// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice A trade's identity: the EIP-712 digest of its immutable terms in this escrow on this chain. The same terms
/// can therefore never be booked twice, and what a party signs is the identity itself.
type TradeId is bytes32;

using {gt as >, unwrap} for TradeId global;

function unwrap(TradeId id) pure returns (bytes32) {
    return TradeId.unwrap(id);
}

function gt(TradeId a, TradeId b) pure returns (bool) {
    return TradeId.unwrap(a) > TradeId.unwrap(b);
}
