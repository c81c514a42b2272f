// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev The most tokens in a basket.
uint256 constant MAX_BASKET = 20;

/// @notice One token of a collateral basket.
struct Collateral {
    address token;
    uint96 quantity; // smallest units of the token
    uint16 haircutBps; // what its market value is lowered by, below 1e4
}

/// @notice What the two parties of a trade agree on; it changes only by a {Change} that both agree on.
struct Terms {
    address lender; // delivers the loan leg and gets it back
    address borrower; // gives the collateral basket against it
    address loanToken; // CT in a repo, ST in a securities loan
    uint96 loanQuantity; // smallest units of the loan token
    Collateral[] collateral; // 1 to 20 tokens, each once, none of them the loan token
    uint16 ratioBps; // required value / loan value
    uint16 callBelowBps; // of loan and accrued interest: collateral below is called; 0: at the ratio
    uint16 returnAboveBps; // of loan and accrued interest: collateral above is returned; 0: at the ratio
    int40 rateE9; // per year on the loan value at the start; negative: the lender pays
    uint16 dayCountBasis; // days of a year in the rates: 360 or 365; 0 where there is no rate token
    address rateToken; // CT in which interest, penalties and a residual are paid; zero: there are none
    uint40 start; // Unix seconds; a whole day is its midnight UTC
    uint40 end; // Unix seconds; 0: open until a party closes
    uint40 expiry; // Unix seconds; no approval and no opening counts after this
    bytes32 agreement; // the hash of the {Agreement}; a wallet shows the agreement itself
    bytes32 uti; // the parties' unique transaction identifier
}

/// @notice EIP-712 encoding of `Terms`.
library TermsLib {
    bytes32 internal constant COLLATERAL_TYPEHASH =
        keccak256("Collateral(address token,uint96 quantity,uint16 haircutBps)");

    bytes32 internal constant TERMS_TYPEHASH = keccak256(
        "Terms(address lender,address borrower,address loanToken,uint96 loanQuantity,Collateral[] collateral,"
        "uint16 ratioBps,uint16 callBelowBps,uint16 returnAboveBps,int40 rateE9,uint16 dayCountBasis,address rateToken,"
        "uint40 start,uint40 end,uint40 expiry,Agreement agreement,bytes32 uti)"
        "Agreement(bytes3 valuationCurrency,uint16 thresholdBps,uint64 mtaE6,uint8 order,uint8 custody,bool netting,"
        "uint16 lenderMay,uint16 borrowerMay,uint8 noticeDays,uint8 cureDays,uint32 penaltyRateE9,bytes32 name)"
        "Collateral(address token,uint96 quantity,uint16 haircutBps)"
    );

    /// @notice EIP-712 `hashStruct` of `terms`.
    function hash(Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                abi.encode(
                    TERMS_TYPEHASH,
                    terms.lender,
                    terms.borrower,
                    terms.loanToken,
                    terms.loanQuantity,
                    hash(terms.collateral),
                    terms.ratioBps,
                    terms.callBelowBps,
                    terms.returnAboveBps
                ),
                abi.encode(
                    terms.rateE9,
                    terms.dayCountBasis,
                    terms.rateToken,
                    terms.start,
                    terms.end,
                    terms.expiry,
                    terms.agreement,
                    terms.uti
                )
            )
        );
    }

    /// @notice EIP-712 encoding of a list of tokens.
    function hash(Collateral[] calldata basket) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](basket.length);
        for (uint256 i = 0; i < basket.length; ++i) {
            hashes[i] = keccak256(abi.encode(COLLATERAL_TYPEHASH, basket[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
