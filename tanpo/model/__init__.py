# SPDX-License-Identifier: MIT
"""The reference model: what the contracts must do, in exact fractions and without a chain.

Written from `IEscrow` and the rules, not from the Solidity; differential tests hold the contracts
to it. `Ledger` is the state machine, its parts stand in modules of their own, `values` has the
formulas.
"""

from tanpo.model.action import ActionKind, CorporateAction
from tanpo.model.fixings import Fixing, Fixings
from tanpo.model.ledger import Ledger
from tanpo.model.tokens import UNLIMITED, Token
from tanpo.model.trade import Event, Failure, Refused, Status, Trade, TradeId

__all__ = [
    "UNLIMITED",
    "ActionKind",
    "CorporateAction",
    "Event",
    "Failure",
    "Fixing",
    "Fixings",
    "Ledger",
    "Refused",
    "Status",
    "Token",
    "Trade",
    "TradeId",
]
