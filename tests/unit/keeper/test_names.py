# SPDX-License-Identifier: MIT
"""Tokens, keys and errors in a person's words."""

import pytest

from support import pair, price
from tanpo.chain.abi import Reverted
from tanpo.keeper.names import Names


@pytest.fixture
def names(library_chain):
    return Names(library_chain())


def test_symbol_and_quantity__of_a_token__are_its_own(names, market):
    usd = market.tokens["USD"].address
    assert (names.symbol(usd), names.quantity(usd, 12_345)) == ("USD", "123.45")


def test_symbol__no_token_there__is_the_address(names):
    nobody = "0x" + "00" * 19 + "99"
    assert (names.symbol(nobody), names.quantity(nobody, 7)) == (nobody, "7")


def test_missing__each_error__names_the_value(names, market):
    stock = price(market.tokens["STOCK"])
    assert names.missing(Reverted("MissingFixing", {"key": stock, "date": 1})) == "STOCK"
    assert names.missing(Reverted("StaleFixing", {"key": pair("EURUSD"), "date": 1})) == "EURUSD"
    rate = {"base": b"EUR", "quote": b"USD", "date": 1}
    assert names.missing(Reverted("MissingRate", rate)) == "EURUSD"


def test_reason__dates_keys_and_currencies__are_readable(names, market):
    arguments = {
        "id": b"\1" * 32,
        "key": price(market.tokens["STOCK"]),
        "base": b"EUR",
        "date": 0,
        "found": 3,
        "token": market.tokens["USD"].address,
        "data": b"\1\2",
    }
    assert names.reason(Reverted("Some", arguments)) == (
        "Some(key=STOCK, base=EUR, date=1970-01-01, found=3, token=USD, data=0x0102)"
    )


def test_reason__a_message_with_line_breaks__stays_on_its_line(names):
    shown = names.reason(Reverted("Error", {"message": "no\n2100-01-01 all is well\x1b[2J"}))
    assert shown == r"Error(message='no\n2100-01-01 all is well\x1b[2J')"
