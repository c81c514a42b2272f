// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Verb} from "./Verb.sol";

/// @notice Who holds the collateral while a trade is open.
/// @dev Segregated: the escrow. TitleTransfer: the lender, who may reuse it; returns are pulled back from the lender.
enum Custody {
    Segregated,
    TitleTransfer
}

/// @notice How a margin call moves a basket.
enum Order {
    ProRata, // every token by its share of the basket's value
    AsListed // one after another, as the terms name them
}

/// @notice The standing terms that trades refer to, as to a master agreement with its annex. It has no parties of its
/// own: whoever approves a trade approves the agreement that its terms name.
struct Agreement {
    bytes3 valuationCurrency; // ISO 4217 code in which the two legs are compared
    uint16 thresholdBps; // of the required value: an exposure up to this moves nothing
    uint64 mtaE6; // minimum transfer amount in the valuation currency
    Order order; // how calls move a basket
    Custody custody;
    bool netting; // all trades of two parties under this agreement margin, and are closed out, as one
    uint16 lenderMay; // what the lender may do alone: one bit for each {Verb}, from the lowest
    uint16 borrowerMay; // what the borrower may
    uint8 noticeDays; // calendar days from a recall on one side's right to its end
    uint8 cureDays; // calendar days from a failure to the right of buy-in and default
    uint32 penaltyRateE9; // per year on the value that was not delivered
    bytes32 name; // what tells it from others with the same terms
}

/// @notice EIP-712 encoding of `Agreement`.
library AgreementLib {
    bytes32 internal constant AGREEMENT_TYPEHASH = keccak256(
        "Agreement(bytes3 valuationCurrency,uint16 thresholdBps,uint64 mtaE6,uint8 order,uint8 custody,bool netting,"
        "uint16 lenderMay,uint16 borrowerMay,uint8 noticeDays,uint8 cureDays,uint32 penaltyRateE9,bytes32 name)"
    );

    /// @notice EIP-712 `hashStruct` of `agreement`: its identity, and what stands for it in `Terms`.
    function hash(Agreement calldata agreement) internal pure returns (bytes32) {
        // All its fields have one word, in the order of the type.
        return keccak256(abi.encode(AGREEMENT_TYPEHASH, agreement));
    }

    /// @notice Whether the lender (otherwise the borrower) may do this without the other.
    function mayAlone(Agreement storage agreement, bool isLender, Verb verb)
        internal
        view
        returns (bool)
    {
        uint16 mask = isLender ? agreement.lenderMay : agreement.borrowerMay;
        return mask >> uint8(verb) & 1 != 0;
    }
}
