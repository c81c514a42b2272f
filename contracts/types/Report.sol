// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BusinessDate} from "./BusinessDate.sol";
import {FixingKey} from "./FixingKey.sol";

/// @notice One value to publish.
struct Observation {
    FixingKey key;
    int64 valueE8; // a price, a pair, or a rate as a fraction (3.165 % is 3165000); only a rate may be zero or below
    BusinessDate observedOn; // the day the source quoted it; not after the business date
}

/// @notice Values of one business date, as feeders sign them.
struct Report {
    BusinessDate date;
    Observation[] observations; // by ascending keys
}

/// @notice Another value in place of a published one that no mark has used, as feeders sign it.
struct Correction {
    BusinessDate date;
    FixingKey key;
    int64 foundE8; // what is published
    uint40 foundAt; // when that was published, Unix seconds: no correction can be made twice
    int64 valueE8; // what it should be
    BusinessDate observedOn;
}

/// @notice A feeder's signature: of a key (65 bytes), or of a contract (ERC-1271).
struct Signature {
    address feeder;
    bytes signature;
}

/// @notice EIP-712 encoding of `Report` and `Correction`.
library ReportLib {
    bytes32 internal constant OBSERVATION_TYPEHASH =
        keccak256("Observation(bytes32 key,int64 valueE8,uint24 observedOn)");
    bytes32 internal constant REPORT_TYPEHASH = keccak256(
        "Report(uint24 date,Observation[] observations)"
        "Observation(bytes32 key,int64 valueE8,uint24 observedOn)"
    );
    bytes32 internal constant CORRECTION_TYPEHASH = keccak256(
        "Correction(uint24 date,bytes32 key,int64 foundE8,uint40 foundAt,int64 valueE8,uint24 observedOn)"
    );

    /// @notice EIP-712 `hashStruct` of `report`.
    function hash(Report calldata report) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](report.observations.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(OBSERVATION_TYPEHASH, report.observations[i]));
        }
        return
            keccak256(abi.encode(REPORT_TYPEHASH, report.date, keccak256(abi.encodePacked(hashes))));
    }

    /// @notice EIP-712 `hashStruct` of `correction`.
    function hash(Correction calldata correction) internal pure returns (bytes32) {
        return keccak256(abi.encode(CORRECTION_TYPEHASH, correction));
    }
}
