// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {IInstruments} from "../interfaces/IInstruments.sol";
import {BusinessDate} from "../types/BusinessDate.sol";
import {Instrument, Kind} from "../types/Instrument.sol";

/// @title Instruments
/// @notice The escrow's list of tokens; see {IInstruments}. Trades refer to a token by its index, which fits four times
/// into the storage that its address would take.
abstract contract Instruments is IInstruments, AccessManaged {
    /// @dev With more, the common denominator of values (10^26 for 18) would leave too little room.
    uint8 private constant MAX_DECIMALS = 18;

    mapping(address token => uint24 index) private _indexOf;
    mapping(uint24 index => Instrument) private _instruments;

    /// @inheritdoc IInstruments
    uint24 public instrumentCount;

    /// @inheritdoc IInstruments
    function list(address token, Kind kind, bytes3 currency, uint96 lot)
        external
        restricted
        returns (uint24 index)
    {
        index = _indexOf[token];
        if (index != 0) revert AlreadyListed(token, index);
        _requireCurrency(currency);
        if (lot == 0) revert ZeroLot(token);
        uint8 decimals = IERC20Metadata(token).decimals();
        if (decimals > MAX_DECIMALS) revert TooManyDecimals(token, decimals, MAX_DECIMALS);

        index = ++instrumentCount;
        _indexOf[token] = index;
        _instruments[index] = Instrument(token, currency, kind, decimals, BusinessDate.wrap(0), lot);
        emit InstrumentListed(index, token, kind, currency, decimals, lot);
    }

    /// @inheritdoc IInstruments
    function instrumentOf(address token) external view returns (Instrument memory) {
        return _instruments[_listed(token)];
    }

    /// @dev The index of a listed token.
    function _listed(address token) internal view returns (uint24 index) {
        index = _indexOf[token];
        if (index == 0) revert NotListed(token);
    }

    /// @dev The instrument of an index that came from `_listed`.
    function _instrument(uint24 index) internal view returns (Instrument storage) {
        return _instruments[index];
    }

    function _requireCurrency(bytes3 currency) internal pure {
        for (uint256 i = 0; i < 3; ++i) {
            if (currency[i] < "A" || currency[i] > "Z") revert NotACurrency(currency);
        }
    }
}
