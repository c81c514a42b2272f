// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Floor
/// @notice The least gas at which a trade can be kept on an EVM: the same token moves as the escrow's, and only the
/// words that must change, with no rule checked, nothing valued and nothing logged. The gas scenarios are measured
/// against it.
contract Floor {
    /// @dev A trade takes four words: two parties with their dates, what changes, and the margin terms.
    mapping(bytes32 id => uint256[4]) private _words;

    mapping(bytes32 key => mapping(uint256 index => uint256)) private _fixings;

    /// @notice As the fixings' event.
    event Published(bytes32 indexed key, uint256 indexed date, int256 valueE8, uint256 observedOn);

    IERC20 private immutable LOAN;
    IERC20 private immutable COLLATERAL;
    address private immutable LENDER;

    constructor(IERC20 loan, IERC20 collateral, address lender) {
        (LOAN, COLLATERAL, LENDER) = (loan, collateral, lender);
    }

    /// @notice Writes all words of trades.
    function register(bytes32[] calldata ids) external {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]] = [uint256(1), 1, 1, 1];
        }
    }

    /// @notice Writes the word that changes, as an approval or a mark does.
    function touch(bytes32[] calldata ids) external {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]][0] = 2;
        }
    }

    /// @notice Writes all words and moves both legs.
    function open(
        bytes32[] calldata ids,
        address[] calldata borrowers,
        uint256 loan,
        uint256 collateral
    ) external {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]] = [uint256(3), 1, 1, 1];
            LOAN.transferFrom(LENDER, borrowers[i], loan);
            COLLATERAL.transferFrom(borrowers[i], address(this), collateral);
        }
    }

    /// @notice Writes the word that changes and moves both legs.
    function settle(
        bytes32[] calldata ids,
        address[] calldata borrowers,
        uint256 loan,
        uint256 collateral
    ) external {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]][0] = 3;
            LOAN.transferFrom(LENDER, borrowers[i], loan);
            COLLATERAL.transferFrom(borrowers[i], address(this), collateral);
        }
    }

    /// @notice Writes the word that changes and returns collateral.
    function giveBack(bytes32[] calldata ids, address[] calldata borrowers, uint256 quantity)
        external
    {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]][0] = 4;
            COLLATERAL.transfer(borrowers[i], quantity);
        }
    }

    /// @notice Writes the word that changes and takes collateral.
    function deliver(bytes32[] calldata ids, address[] calldata borrowers, uint256 quantity)
        external
    {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]][0] = 5;
            COLLATERAL.transferFrom(borrowers[i], address(this), quantity);
        }
    }

    /// @notice Writes each key's word for `date`, which has those of two dates, and tells of each value: here logs count
    /// too, for without them nobody finds a value.
    function publish(uint256 date, bytes32[] calldata keys, uint256[] calldata values) external {
        uint256 shift = (date & 1) * 128;
        for (uint256 i = 0; i < keys.length; ++i) {
            mapping(uint256 => uint256) storage words = _fixings[keys[i]];
            words[date >> 1] |= values[i] << shift;
            emit Published(keys[i], date, int256(values[i]), date);
        }
    }

    /// @notice Writes the word that changes and moves both legs back.
    function close(
        bytes32[] calldata ids,
        address[] calldata borrowers,
        uint256 loan,
        uint256 collateral
    ) external {
        for (uint256 i = 0; i < ids.length; ++i) {
            _words[ids[i]][0] = 6;
            LOAN.transferFrom(borrowers[i], LENDER, loan);
            COLLATERAL.transfer(borrowers[i], collateral);
        }
    }
}
