// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Collateral, TermsLib} from "./Terms.sol";
import {TradeId} from "./TradeId.sol";
import {Verb} from "./Verb.sol";

/// @notice A change of one trade's terms, as its parties sign it. What a verb does not use is zero.
struct Change {
    TradeId trade;
    uint32 number; // of the trade's changes, from 1: each is made once, in this order
    Verb verb;
    uint96 quantity; // smallest units of the loan token
    int40 rateE9; // per year
    uint40 end; // Unix seconds
    Collateral[] outgoing;
    Collateral[] incoming;
    address from;
    address to;
    uint40 expiry; // Unix seconds; no agreement and no change counts after this
}

/// @notice EIP-712 encoding of `Change`.
library ChangeLib {
    bytes32 internal constant CHANGE_TYPEHASH = keccak256(
        "Change(bytes32 trade,uint32 number,uint8 verb,uint96 quantity,int40 rateE9,uint40 end,Collateral[] outgoing,"
        "Collateral[] incoming,address from,address to,uint40 expiry)"
        "Collateral(address token,uint96 quantity,uint16 haircutBps)"
    );

    /// @notice EIP-712 `hashStruct` of `change`.
    function hash(Change calldata change) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                abi.encode(
                    CHANGE_TYPEHASH,
                    change.trade,
                    change.number,
                    change.verb,
                    change.quantity,
                    change.rateE9
                ),
                abi.encode(
                    change.end,
                    TermsLib.hash(change.outgoing),
                    TermsLib.hash(change.incoming),
                    change.from,
                    change.to,
                    change.expiry
                )
            )
        );
    }
}
