// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Instrument, Kind} from "../types/Instrument.sol";

/// @title Instruments
/// @notice The tokens that trades may name. A token is listed once, for good: what the parties signed keeps its meaning.
interface IInstruments {
    /// @notice `token` may be named in trades from now on.
    event InstrumentListed(
        uint24 indexed index,
        address indexed token,
        Kind kind,
        bytes3 currency,
        uint8 decimals,
        uint96 lot
    );

    /// @notice The token is not in the list.
    error NotListed(address token);

    /// @notice The token is in the list already.
    error AlreadyListed(address token, uint24 index);

    /// @notice A currency is three capital letters (ISO 4217).
    error NotACurrency(bytes3 found);

    /// @notice The token has more decimals than values can carry.
    error TooManyDecimals(address token, uint8 found, uint8 most);

    /// @notice A lot is at least one smallest unit.
    error ZeroLot(address token);

    /// @notice Lists a token with what the ledger must know of it; its decimals are read from it. Token administrator
    /// only. The administrator vouches that the token is an ERC-20 that keeps its balances.
    /// @param token the ERC-20.
    /// @param kind cash, bond (quoted per 100 of face) or equity (quoted per share).
    /// @param currency ISO 4217 code of the token's price or, for cash, of the token.
    /// @param lot smallest units of which calls move multiples.
    /// @return index the instrument's number, from 1.
    function list(address token, Kind kind, bytes3 currency, uint96 lot)
        external
        returns (uint24 index);

    /// @notice What is known of `token`; reverts with NotListed.
    function instrumentOf(address token) external view returns (Instrument memory);

    /// @notice How many instruments are listed.
    function instrumentCount() external view returns (uint24);
}
