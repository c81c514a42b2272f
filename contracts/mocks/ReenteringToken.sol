// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MockToken} from "./MockToken.sol";

/// @title ReenteringToken
/// @notice Calls somebody from inside each transfer, and then goes on as if nothing were.
contract ReenteringToken is MockToken(0) {
    address private _target;
    bytes private _data;

    /// @notice The call from inside a transfer came back.
    event Reentered(bool succeeded, bytes result);

    /// @notice Sets what is called from inside each transfer.
    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (hostile) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool succeeded, bytes memory result) = _target.call(_data);
            emit Reentered(succeeded, result);
        }
        super._update(from, to, value);
    }
}
