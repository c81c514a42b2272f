# SPDX-License-Identifier: MIT
"""Runs a scenario through the contracts, one business date after another.

world        the platform, the parties' accounts and tokens that a scenario needs
auto         quantities that the file leaves to us
booking      a trade's agreement and terms, and how both parties approve them
accounts     trades that margin as one
issuer       what issuers do to securities
catching_up  … and what that does to trades and accounts
events       what happens to a trade beside its cycle
cycle        the business day: issuers act; close, mark, events, open
entry        what happened, as values
lines        … as JSON lines
account      … as tables for a person
"""

from tanpo.replay.cycle import Replay
from tanpo.replay.entry import Entry, Moved

__all__ = ["Entry", "Moved", "Replay"]
