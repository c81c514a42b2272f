# SPDX-License-Identifier: MIT
"""`name_guardian`: who may agree to novations in one's place."""

from support import SETTLED, events, reverts
from tanpo.terms import NOBODY, Verb


def test_name_guardian__by_anyone__is_told(escrow, lender, stranger):
    assert events(escrow.nameGuardian(stranger, sender=lender)) == [
        ("GuardianNamed", {"party": lender.address, "guardian": stranger.address})
    ]


def test_name_guardian__another__replaces_the_first(
    market, lent, desk, escrow, newcomer, lender, stranger, keeper
):
    change = desk.draft(market.open(lent), Verb.NOVATE, from_=lender.address, to=newcomer.address)
    escrow.nameGuardian(stranger, sender=lender)
    escrow.nameGuardian(keeper, sender=lender)
    with reverts(escrow.NotGuardian, party=lender.address, caller=stranger.address):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=stranger)
    ((name, args),) = events(escrow.agreeAsGuardian(change.as_tuple(), lender, sender=keeper))
    assert (name, args["party"]) == ("Agreed", lender.address)


def test_name_guardian__nobody__ends_it(market, lent, desk, escrow, newcomer, lender, stranger):
    change = desk.draft(market.open(lent), Verb.NOVATE, from_=lender.address, to=newcomer.address)
    escrow.nameGuardian(stranger, sender=lender)
    assert events(escrow.nameGuardian(NOBODY, sender=lender)) == [
        ("GuardianNamed", {"party": lender.address, "guardian": NOBODY})
    ]
    with reverts(escrow.NotGuardian, party=lender.address, caller=stranger.address):
        escrow.agreeAsGuardian(change.as_tuple(), lender, sender=stranger)
    assert escrow.trade(change.trade).valuedOn == SETTLED
