// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title ContractWallet
/// @notice A party that is a contract and signs by ERC-1271; its owner's signature counts as its own.
contract ContractWallet is IERC1271 {
    address private immutable OWNER;

    constructor(address owner) {
        OWNER = owner;
    }

    /// @notice Calls `target` as the wallet.
    function execute(address target, bytes calldata data) external returns (bytes memory result) {
        bool succeeded;
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, result) = target.call(data);
        if (!succeeded) {
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        return ECDSA.recover(hash, signature) == OWNER
            ? IERC1271.isValidSignature.selector
            : bytes4(0xffffffff);
    }
}
