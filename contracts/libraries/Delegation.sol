// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Delegation
/// @notice Runs the code of a further contract on the storage of the calling one.
library Delegation {
    /// @notice Runs `data`; reverts as it does.
    function run(address code, bytes memory data) internal {
        // solhint-disable-next-line avoid-low-level-calls
        (bool success,) = code.delegatecall(data);
        if (success) return;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let reason := mload(0x40)
            returndatacopy(reason, 0, returndatasize())
            revert(reason, returndatasize())
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
