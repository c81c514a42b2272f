# SPDX-License-Identifier: MIT
"""A starved transaction does nothing at all; every contract fits where it goes."""

from dataclasses import replace

import pytest

from support import SETTLED, Below, events, reverts
from tanpo.deployer import ESCROW_PARTS

TRADE_GAS = 3_000_000
"""What one trade of a batch may use."""

LARGEST_CODE = 24_576
"""Bytes: EIP-170."""


@pytest.mark.parametrize("action", ["settle", "mark", "close"])
def test_batch__gas_too_little_to_tell_what_failed__reverts(action, market, sample, escrow, keeper):
    never_booked = market.trade_id(sample)
    with reverts(escrow.InsufficientGas, found=Below(TRADE_GAS), needed=TRADE_GAS):
        getattr(escrow, action)([never_booked], SETTLED, sender=keeper, gas_limit=TRADE_GAS)


def test_settle__gas_for_one_of_two__reverts_both(market, sample, escrow, chain, keeper):
    trade, never_booked = market.book(sample), b"\1" * 32
    before = chain.snapshot()
    used = escrow.settle([trade], SETTLED, sender=keeper).gas_used - 21_000
    chain.restore(before)
    # Enough to find that not both settle, and then to settle the first.
    gas = 21_000 + TRADE_GAS + TRADE_GAS // 63 + 3 * used // 2 + 30_000
    too_little = {"found": Below(TRADE_GAS + TRADE_GAS // 63 + 10_000), "needed": TRADE_GAS}
    with market.untouched(trade), reverts(escrow.InsufficientGas, **too_little):
        escrow.settle([trade, never_booked], SETTLED, sender=keeper, gas_limit=gas)
    receipt = escrow.settle([trade, never_booked], SETTLED, sender=keeper, gas_limit=gas + used)
    assert [name for name, _ in events(receipt)] == ["Opened", "Failed"]


def test_settle__gas_for_each_but_not_for_all__settles_each(market, sample, escrow, keeper):
    trades = [market.book(replace(sample, uti=bytes([n]) * 32)) for n in range(1, 31)]
    receipt = escrow.settle(trades, SETTLED, sender=keeper, gas_limit=5_500_000)
    assert [name for name, _ in events(receipt)] == ["Opened"] * 30


@pytest.mark.parametrize(
    "name", ["Escrow", *ESCROW_PARTS, "Fixings", "Roles", "SecurityToken", "CashToken"]
)
def test_code__of_a_contract_to_deploy__fits(name, project):
    code = getattr(project, name).contract_type.get_runtime_bytecode()
    assert 0 < len(code) <= LARGEST_CODE
