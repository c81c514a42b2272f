// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice Who holds the collateral while a trade is open.
/// @dev Segregated: the escrow. TitleTransfer: the lender, who may reuse it; returns are pulled back from the lender.
enum Custody {
    Segregated,
    TitleTransfer
}

/// @notice One token of a collateral basket.
struct Collateral {
    address token;
    uint96 quantity; // smallest units of the token
}

/// @notice What the two parties of a trade agree on; immutable once either has approved.
struct Terms {
    address lender; // delivers the loan leg and gets it back
    address borrower; // gives the collateral basket against it
    address loanToken; // CT in a repo, ST in a securities loan
    uint96 loanQuantity; // smallest units of the loan token
    Collateral[] collateral; // 1 to 8 tokens, each once, none of them the loan token
    bytes3 valuationCurrency; // ISO 4217 code in which the two legs are compared
    uint16 ratioBps; // required value / loan value
    uint16 thresholdBps; // of the required value: an exposure up to this moves nothing
    uint64 mtaE6; // minimum transfer amount in the valuation currency
    Custody custody;
    int40 rateE9; // per year on the loan value at the start; negative: the lender pays
    uint16 dayCountBasis; // days of a year in the rate: 360 or 365; 0 where the rate is 0
    address rateToken; // CT in which the rate is paid; the zero address where the rate is 0
    uint40 start; // Unix seconds; a whole day is its midnight UTC
    uint40 end; // Unix seconds; 0: open until a party closes
    uint40 expiry; // Unix seconds; no approval and no opening counts after this
    bytes32 uti; // the parties' unique transaction identifier
}

/// @notice EIP-712 encoding of `Terms`.
library TermsLib {
    bytes32 internal constant COLLATERAL_TYPEHASH =
        keccak256("Collateral(address token,uint96 quantity)");

    bytes32 internal constant TERMS_TYPEHASH = keccak256(
        "Terms(address lender,address borrower,address loanToken,uint96 loanQuantity,Collateral[] collateral,"
        "bytes3 valuationCurrency,uint16 ratioBps,uint16 thresholdBps,uint64 mtaE6,uint8 custody,int40 rateE9,"
        "uint16 dayCountBasis,address rateToken,uint40 start,uint40 end,uint40 expiry,bytes32 uti)"
        "Collateral(address token,uint96 quantity)"
    );

    /// @notice EIP-712 `hashStruct` of `terms`.
    function hash(Terms calldata terms) internal pure returns (bytes32) {
        bytes32[] memory basket = new bytes32[](terms.collateral.length);
        for (uint256 i = 0; i < basket.length; ++i) {
            basket[i] = keccak256(abi.encode(COLLATERAL_TYPEHASH, terms.collateral[i]));
        }
        return keccak256(
            bytes.concat(
                abi.encode(
                    TERMS_TYPEHASH,
                    terms.lender,
                    terms.borrower,
                    terms.loanToken,
                    terms.loanQuantity,
                    keccak256(abi.encodePacked(basket)),
                    terms.valuationCurrency,
                    terms.ratioBps,
                    terms.thresholdBps
                ),
                abi.encode(
                    terms.mtaE6,
                    terms.custody,
                    terms.rateE9,
                    terms.dayCountBasis,
                    terms.rateToken,
                    terms.start,
                    terms.end,
                    terms.expiry,
                    terms.uti
                )
            )
        );
    }
}
