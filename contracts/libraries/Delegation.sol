// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Delegation
/// @notice Runs the code of a further contract on the storage of the calling one.
library Delegation {
    /// @dev Bytes of an error that are kept: a selector and eight words, rounded up to words. A token could say more
    /// than a batch can pay for.
    uint256 internal constant MAX_REASON = 288;

    /// @notice Runs `data`; reverts as it does, as far as any error of ours goes.
    function run(address code, bytes memory data) internal {
        // A part of the escrow itself, which shares its storage.
        // slither-disable-next-line low-level-calls
        (bool success,) = code.delegatecall(data); // solhint-disable-line avoid-low-level-calls
        if (success) return;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let size := returndatasize()
            if gt(size, MAX_REASON) { size := MAX_REASON }
            let reason := mload(0x40)
            returndatacopy(reason, 0, size)
            revert(reason, size)
        }
    }

    /// @notice Runs the current call and ends it with what that returns or reverts with.
    function forward(address code) internal {
        // solhint-disable-next-line no-inline-assembly
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch success
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }
}
