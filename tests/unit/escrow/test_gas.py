# SPDX-License-Identifier: MIT
"""A starved transaction does nothing at all; every contract fits where it goes."""

from dataclasses import replace

import pytest
from market import MARKED_PRICES

from support import MARKED, SETTLED, Below, attached, events, failures, reverts
from tanpo.chain.web3 import GAS_LIMIT
from tanpo.deployer import ESCROW_PARTS
from tanpo.instrument import Instrument, Kind
from tanpo.keeper.work import Action, Work, batches
from tanpo.terms import MAX_BASKET, Collateral

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


@pytest.fixture
def many_currencies(platform, library_chain, market, project, escrow, token_administrator):
    """As many tokens as a basket takes, each in its own currency, which the parties have."""
    own = attached(platform, library_chain())
    tokens = []
    for number in range(MAX_BASKET):
        equity = Instrument(f"E{number}", Kind.EQUITY, f"A{chr(65 + number)}A", 0, 1)
        token = project.SecurityToken.at(own.issue_instrument(equity).address)
        token.issue(market.borrower, 10**6, sender=token_administrator)
        tokens.append((token, equity.currency))
    return tokens


def test_batches__largest_baskets_and_a_failure_at_the_end__take_one_transaction(
    many_currencies, market, mock, cash_loan, escrow, keeper, borrower
):
    """What the night sends at once, done twice; a call moves what there is of every token."""
    basket = tuple(Collateral(token.address, 1_000) for token, _ in many_currencies)
    largest = replace(cash_loan, collateral=basket, loan_quantity=200_000_000, end=0)
    unpriced = replace(cash_loan, collateral=(Collateral(mock("MockToken", 0).address, 1),))
    several = [largest, replace(largest, uti=b"second".ljust(32)), unpriced]
    several += [replace(cash_loan, uti=bytes([n]) * 32, end=0) for n in range(1, 31)]
    for token, _ in many_currencies:
        token.approve(escrow, 2_010, sender=borrower)  # 10 are left to deliver
    trades = market.open(*several)
    works = [
        Work(Action.MARK, trade, MARKED, MARKED, 1 + len(terms.collateral))
        for trade, terms in zip(trades, several, strict=True)
    ]
    batch = [work.subject for work in next(batches(works))]
    batch.append(batch.pop(2))
    rates = {f"{currency}USD": f"1.2{n:02}" for n, (_, currency) in enumerate(many_currencies)}
    prices = {token: "50" for token, _ in many_currencies}
    market.publish(MARKED, {**MARKED_PRICES, **rates, **prices})

    receipt = escrow.mark(batch, MARKED, sender=keeper, gas_limit=GAS_LIMIT)

    assert [trade for trade, *_ in failures(receipt)] == batch[-1:] == [trades[2]]
    assert [name for name, args in events(receipt) if args["id"] in trades[:2]] == [
        *["Marked", *["Delivered", "Deficit"] * MAX_BASKET],
        *["Marked", *["Deficit"] * MAX_BASKET],
    ]


@pytest.mark.parametrize(
    "name", ["Escrow", *ESCROW_PARTS, "Fixings", "Roles", "SecurityToken", "CashToken"]
)
def test_code__of_a_contract_to_deploy__fits(name, project):
    code = getattr(project, name).contract_type.get_runtime_bytecode()
    assert 0 < len(code) <= LARGEST_CODE
