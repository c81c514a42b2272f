// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IERC7943Fungible} from "../interfaces/IERC7943Fungible.sol";
import {IEligibility} from "../interfaces/IEligibility.sol";
import {IRegulatedToken} from "../interfaces/IRegulatedToken.sol";

/// @title TransferRules
/// @notice An ERC-20 with permit that refuses what its rules do not allow: who may hold, what is frozen, whether it is
/// paused. {RegulatedToken} sets them; {IRegulatedToken} is the manual.
abstract contract TransferRules is ERC20Permit, ERC165, IRegulatedToken {
    using Math for uint256;

    /// @dev All that a transfer must know of the rules, in one word; zero where there are none.
    struct Rules {
        address registry; // 20 bytes; zero: everybody is eligible
        bool paused; // 1 byte
        uint88 frozenHolders; // 11 bytes; how many have something frozen: without any, nobody's is read
    }

    Rules internal _rules;

    mapping(address holder => uint256 quantity) internal _frozen;

    /// @dev The one hook of transfers, issue (from nobody) and redemption (to nobody).
    function _update(address from, address to, uint256 value) internal override {
        Rules storage rules = _rules;
        if (rules.paused) revert EnforcedPause();
        if (rules.registry != address(0)) {
            if (from != address(0) && !_isEligible(rules.registry, from)) {
                revert ERC7943CannotSend(from);
            }
            if (to != address(0) && !_isEligible(rules.registry, to)) {
                revert ERC7943CannotReceive(to);
            }
        }
        if (rules.frozenHolders != 0) {
            uint256 unfrozen = _unfrozen(from);
            if (value > unfrozen && value <= balanceOf(from)) {
                revert ERC7943InsufficientUnfrozenBalance(from, value, unfrozen);
            }
        }
        super._update(from, to, value);
    }

    function _unfrozen(address account) internal view returns (uint256) {
        return balanceOf(account).saturatingSub(_frozen[account]);
    }

    function _isEligible(address registry, address account) private view returns (bool) {
        if (registry == address(0)) return true;
        (bool answers, bool eligible) = _ask(registry, account);
        return answers && eligible;
    }

    /// @dev Asks without ever reverting, as ERC-7943 wants it: a register that fails gives no answer.
    function _ask(address registry, address account)
        internal
        view
        returns (bool answers, bool eligible)
    {
        // The second word would be of a longer answer.
        // slither-disable-next-line unused-return
        (bool success, bytes32 answer,) = LowLevelCall.staticcallReturn64Bytes(
            registry, abi.encodeCall(IEligibility.isEligible, (account))
        );
        answers = success && LowLevelCall.returnDataSize() >= 32 && uint256(answer) <= 1;
        eligible = answer != 0;
    }

    // ------------------------------------------------------------------ reading

    /// @inheritdoc IRegulatedToken
    function eligibility() external view returns (address) {
        return _rules.registry;
    }

    /// @inheritdoc IRegulatedToken
    function paused() external view returns (bool) {
        return _rules.paused;
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _frozen[account];
    }

    /// @notice Whether rules 1, 2, 3 and 5 of {IRegulatedToken} let `amount` move. What is frozen stands against all that
    /// is more than the rest; where nothing is, the balance is no matter.
    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        return !_rules.paused && canSend(from) && canReceive(to)
            && (_frozen[from] == 0 || amount <= _unfrozen(from));
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) public view returns (bool) {
        return _isEligible(_rules.registry, account);
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) public view returns (bool) {
        return _isEligible(_rules.registry, account);
    }

    /// @notice True for ERC-165 and ERC-7943 (fungible).
    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId)
        public
        view
        override(ERC165, IERC165)
        returns (bool)
    {
        return interfaceId == type(IERC7943Fungible).interfaceId
            || super.supportsInterface(interfaceId);
    }
}
