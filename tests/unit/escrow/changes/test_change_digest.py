# SPDX-License-Identifier: MIT
"""`change_digest`: what the parties sign (EIP-712)."""

from dataclasses import fields, replace

import pytest

from tanpo.terms import Change, Collateral, Verb

FULL = Change(
    b"\7" * 32,
    number=3,
    verb=Verb.SUBSTITUTE,
    quantity=2**96 - 1,
    rate_e9=-(2**39),
    end=2**40 - 1,
    outgoing=(Collateral("0x" + "11" * 20, 5, 100),),
    incoming=(Collateral("0x" + "12" * 20, 6, 200), Collateral("0x" + "13" * 20, 7, 300)),
    from_="0x" + "14" * 20,
    to="0x" + "15" * 20,
    expiry=2**40 - 2,
)
"""A change in which nothing is zero."""

OTHER = {
    "trade": b"\1" * 32,
    "number": 1,
    "verb": Verb.PARTIAL_RETURN,
    "quantity": 1,
    "rate_e9": 1,
    "end": 1,
    "outgoing": (),
    "incoming": FULL.incoming[::-1],
    "from_": "0x" + "16" * 20,
    "to": "0x" + "17" * 20,
    "expiry": 1,
}


def test_change_digest__full__is_what_the_wallet_signs(desk, escrow):
    assert escrow.changeDigest(FULL.as_tuple()) == desk.digest(FULL)


@pytest.mark.parametrize("name", [field.name for field in fields(Change)])
def test_change_digest__one_field_changed__is_another(name, desk, escrow):
    changed = replace(FULL, **{name: OTHER[name]})
    found = escrow.changeDigest(changed.as_tuple())
    assert found == desk.digest(changed)
    assert found != desk.digest(FULL)


@pytest.mark.parametrize("verb", list(Verb))
def test_change_digest__each_verb__is_what_the_wallet_signs(verb, desk, escrow):
    changed = replace(FULL, verb=verb)
    assert escrow.changeDigest(changed.as_tuple()) == desk.digest(changed)
