# SPDX-License-Identifier: MIT
"""The reference model: what the contracts must do, in exact fractions and without a chain.

Written from `IEscrow` and the rules, not from the Solidity; differential tests hold the contracts
to it. `Ledger` is the state machine, `values` has the formulas.
"""

from tanpo.model.fixings import Fixing, Fixings
from tanpo.model.ledger import Ledger
from tanpo.model.terms import Collateral, Custody, Event, Refused, Status, Terms, Trade, TradeId
from tanpo.model.tokens import UNLIMITED, Token

__all__ = [
    "UNLIMITED",
    "Collateral",
    "Custody",
    "Event",
    "Fixing",
    "Fixings",
    "Ledger",
    "Refused",
    "Status",
    "Terms",
    "Token",
    "Trade",
    "TradeId",
]
