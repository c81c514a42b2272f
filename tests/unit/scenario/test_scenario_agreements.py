# SPDX-License-Identifier: MIT
"""Agreements of two parties: what their trades take from them, and what is refused."""

from collections.abc import Callable

import pytest

from tanpo.scenario import AgreementSpec, parse_scenario
from tanpo.terms import Verb

Refusal = Callable[[str], str]

# The agreements stand from line 12, the trades on 13 and 14 where there is one agreement.
TEXT = """\
name: Agreements
instruments:
  X: {kind: equity, currency: USD}
  Y: {kind: bond, currency: EUR}
parties: {A: {}, B: {}, C: {}}
fixings:
  2024-03-01: {X: 100, Y: 99, EURUSD: 1.1}
  2024-03-04: {X: 100, Y: 99, EURUSD: 1.1}
  2024-03-05: {X: 100, Y: 99, EURUSD: 1.1}
  2024-03-06: {X: 100, Y: 99, EURUSD: 1.1}
"""
AGREEMENT = "parties: [A, B], netting: true, valuation_currency: USD"
ONE = "id: T1, lender: A, borrower: B, loan: {USD: 1000}, collateral: {X: auto}, start: 2024-03-01"
TWO = "id: T2, lender: B, borrower: A, loan: {EUR: 1000}, collateral: {Y: auto}, start: 2024-03-01"


def agreements(*written: str, trades: tuple[str, ...] = (ONE, TWO), events: str = "") -> str:
    text = TEXT + "agreements:\n" + "".join(f"  - {{{entry}}}\n" for entry in written)
    text += "trades:\n" + "".join(f"  - {{{entry}}}\n" for entry in trades)
    return text + (f"events:\n  - {{{events}}}\n" if events else "")


def test_parse__agreement__its_terms_on_all_trades_of_the_pair() -> None:
    other = ONE.replace("B", "C").replace("T1", "T3")
    written = (
        f"{AGREEMENT}, threshold: 1%, mta: 100000, custody: title, cure: 2, penalty: 8%, notice: 3,"
        " rights: {lender: [recall], borrower: []}"
    )
    scenario = parse_scenario(agreements(written, trades=(ONE, TWO, other)))
    spec = AgreementSpec(("A", "B"), True, "USD", "title", 3)
    assert scenario.agreements == (spec,)
    for trade in scenario.trades[:2]:
        assert trade.account == trade.agreement == spec
        assert trade.valuation_currency == "USD"
        assert (trade.threshold_bps, trade.mta_e6) == (100, 10**11)
        assert (trade.custody, trade.cure_days, trade.notice_days) == ("title", 2, 3)
        assert trade.penalty_rate_e9 == 80_000_000
        assert (trade.lender_may, trade.borrower_may) == ({Verb.RECALL}, frozenset())
        assert trade.rate_token == trade.loan.symbol
    assert (scenario.trades[2].agreement, scenario.trades[2].mta_e6) == (None, 0)


def test_parse__agreement_without_netting__the_terms_and_no_account() -> None:
    text = agreements("parties: [B, A], netting: false, mta: 5, valuation_currency: USD")
    trade, _ = parse_scenario(text).trades
    assert trade.agreement == AgreementSpec(("B", "A"), False, "USD", "segregated", 0)
    assert (trade.account, trade.mta_e6, trade.agreement.name) == (None, 5_000_000, "B/A")


def test_parse__trade_with_an_end__no_notice_of_its_own() -> None:
    text = agreements(f"{AGREEMENT}, notice: 3", trades=(f"{ONE}, end: 2024-03-05", TWO))
    assert [trade.notice_days for trade in parse_scenario(text).trades] == [0, 3]


@pytest.mark.parametrize("given", ["mta: 0", "valuation_currency: USD", "custody: segregated"])
def test_parse__trade_repeats_its_agreement__read(given: str) -> None:
    assert parse_scenario(agreements(AGREEMENT, trades=(f"{ONE}, {given}", TWO))).trades


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("parties: [A, B], valuation_currency: USD", '12: missing key "netting"'),
        ("netting: true", '12: missing key "parties"'),
        (f"{AGREEMENT}, ratio: 100%", '12: unknown key "ratio"'),
        ("parties: [A, B], netting: yes", '12: netting must be true or false, found "yes"'),
        ("parties: A/B, netting: true", '12: parties must be a list, found "A/B"'),
        ("parties: [A, []], netting: true", "12: a party must be a name, found a list"),
        ("parties: [A, B], netting: true", '12: missing key "valuation_currency"'),
        (f"{AGREEMENT}, threshold: 1",
         '12: threshold must be a percentage such as 2.5%, found "1"'),
        (f"{AGREEMENT}, custody: mine",
         '12: custody must be segregated or title, found "mine"'),
        (f"{AGREEMENT}, cure: 256", '12: cure must be an integer from 0 to 255, found "256"'),
        (f"{AGREEMENT}, rights: {{lender: [sell]}}",
         "12: a right must be partial_return or recall or terminate or extend or rerate or "
         'reprice or substitute or increase or novate or correct or default, found "sell"'),
        (AGREEMENT.replace("B]", "D]"), '12: unknown party "D"'),
        (AGREEMENT.replace("B]", "A]"), '12: the two parties must differ, both are "A"'),
        (AGREEMENT.replace("B]", "B, C]"), "12: an agreement has two parties, found 3"),
        (AGREEMENT.replace(", B]", "]"), "12: an agreement has two parties, found 1"),
    ],
)  # fmt: skip
def test_parse__agreement_wrong__named_with_its_line(
    refusal: Refusal, written: str, expected: str
) -> None:
    assert refusal(agreements(written)) == expected


def test_parse__pair_twice__named_with_the_second(refusal: Refusal) -> None:
    other = AGREEMENT.replace("A, B", "B, A")
    text = agreements(AGREEMENT, "parties: [A, C], netting: false, valuation_currency: EUR", other)
    assert refusal(text) == "14: B and A have an agreement already"


@pytest.mark.parametrize(
    "given",
    [
        "threshold: 1%",
        "mta: 1",
        "valuation_currency: EUR",
        "custody: title",
        "cure: 1",
        "penalty: 1%",
        "notice: 1",
        "rights: {lender: [recall]}",
    ],
)
def test_parse__trade_against_its_agreement__named(refusal: Refusal, given: str) -> None:
    key, _ = given.split(":", 1)
    reason = f"{key} is not that of the agreement of A/B: give it there only"
    assert refusal(agreements(AGREEMENT, trades=(ONE, f"{TWO}, {given}"))) == f"15: {reason}"


@pytest.mark.parametrize("given", ["call_below: 99%", "return_above: 101%", "basket: ordered"])
def test_parse__what_does_not_count_in_an_account__named(refusal: Refusal, given: str) -> None:
    key, _ = given.split(":", 1)
    text = agreements(AGREEMENT, trades=(f"{ONE}, {given}", TWO))
    assert refusal(text) == f"14: {key} does not count where the trades of A/B margin as one"
    assert parse_scenario(text.replace("netting: true", "netting: false"))


def test_parse__account_closed_out__one_rate_token(refusal: Refusal) -> None:
    event = "date: 2024-03-04, trade: T1, do: close_out"
    text = agreements(AGREEMENT, events=event)
    assert refusal(text) == "15: A/B is closed out: its trades need one rate_token"
    text = agreements(AGREEMENT, trades=(ONE, f"{TWO}, rate_token: USD"), events=event)
    assert [trade.rate_token for trade in parse_scenario(text).trades] == ["USD", "USD"]


@pytest.mark.parametrize(
    ("end", "start", "day"),
    [("2024-03-05", "2024-03-04", "2024-03-06"), ("2024-03-05", "2024-03-05", None)],
)
def test_parse__account_goes_on__needs_the_fixings_of_trades_that_closed(
    refusal: Refusal, end: str, start: str, day: str | None
) -> None:
    """Their baskets stay in it; one that all have left begins anew."""
    two = TWO.replace("2024-03-01", start) + ", end: 2024-03-07"
    text = agreements(AGREEMENT, trades=(f"{ONE}, end: {end}", two))
    text = text.replace("2024-03-06: {X: 100, ", "2024-03-06: {")
    if day is None:
        assert parse_scenario(text)
    else:
        assert refusal(text) == f"10: no fixing of X on {day}, which trade T1 needs"
