# SPDX-License-Identifier: MIT
"""`instrument_of` and `instrument_count`: what is known of the tokens."""

from datetime import date

from market import INSTRUMENTS

from support import reverts
from tanpo.instrument import Instrument, Kind


def test_instrument_of__listed__has_what_was_listed(market, escrow):
    for known in INSTRUMENTS:
        token = market.tokens[known.symbol]
        assert tuple(escrow.instrumentOf(token)) == (
            token.address,
            known.currency.encode(),
            known.kind,
            known.decimals,
            0,
            known.lot,
        )
    assert escrow.instrumentCount() == len(INSTRUMENTS)


def test_instrument_of__not_listed__reverts(escrow, stranger):
    with reverts(escrow.NotListed, token=stranger.address):
        escrow.instrumentOf(stranger)


def test_instrument_of__security__names_its_isin_and_maturity(own_platform, project):
    bond = Instrument(
        "DBR", Kind.BOND, "EUR", 0, 1, isin="DE0001102580", maturity=date(2032, 2, 15)
    )
    token = project.SecurityToken.at(own_platform.issue_instrument(bond).address)
    assert (token.ISIN(), token.CURRENCY()) == (b"DE0001102580", b"EUR")
    assert token.MATURITY() == 1_960_416_000
    assert (token.name(), token.symbol(), token.decimals()) == ("DBR", "DBR", 0)
