# SPDX-License-Identifier: MIT
"""Interest: in the mark's required value, and paid at the close."""

from dataclasses import replace

import pytest
from market import ENOUGH, MARKED_PRICES

from support import MARKED, SETTLED, at, events, failed, failures, transfers
from tanpo.terms import NEVER


@pytest.fixture
def bearing(market, cash_loan):
    """The cash loan with a rate; 3.6 % on 1,000,000 is 100 a day."""

    def terms(rate_e9=36_000_000, basis=360, token="USD"):
        address = market.tokens[token].address
        return replace(cash_loan, rate_e9=rate_e9, day_count_basis=basis, rate_token=address)

    return terms


@pytest.fixture
def closed(market, escrow, keeper):
    """Opens, closes on 20 April at these rates; the receipt."""

    def close(terms, **prices):
        trade = market.open(terms)
        market.publish_marked(**prices)
        receipt = escrow.close([trade], MARKED, sender=keeper)
        assert failures(receipt) == []
        return receipt

    return close


def _marked(receipt):
    args = events(receipt)[0][1]
    return args["loanE18"], args["requiredE18"]


def test_interest__positive__adds_to_the_required_value(market, bearing):
    trade = market.open(bearing())
    market.publish_marked(STOCK="100")
    receipt = market.mark(trade)
    assert _marked(receipt) == (10**24, 1_000_100 * 10**18)
    assert events(receipt)[1][1]["quantity"] == 1


def test_interest__negative__lowers_the_required_value(market, bearing):
    trade = market.open(bearing(rate_e9=-36_000_000))
    market.publish_marked(STOCK="100")
    receipt = market.mark(trade)
    assert _marked(receipt) == (10**24, 999_900 * 10**18)
    assert events(receipt)[1][0] == "Returned"


def test_interest__ratio__applies_to_it_too(market, bearing):
    trade = market.open(replace(bearing(), ratio_bps=11_000))
    market.publish_marked(STOCK="110")
    assert _marked(market.mark(trade)) == (10**24, 1_100_110 * 10**18)


def test_interest__on_securities__counts_their_value_at_the_opening(market, sample):
    usd = market.tokens["USD"].address
    terms = replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd)
    trade = market.open(terms)
    market.publish_marked()
    loan, required = _marked(market.mark(trade))
    # 50,000,000 x 0.98811 x 1.09253 x 3.6 % / 360
    assert required - loan == 5397699091500000000000


@pytest.mark.parametrize(
    ("rate_e9", "basis", "repaid"),
    [
        (36_000_000, 360, 100_010_000),
        (36_500_000, 365, 100_010_000),
        (-36_000_000, 360, 99_990_000),
        (1_799, 360, 100_000_000),
        (1_800, 360, 100_000_001),
        (5_399, 360, 100_000_001),
        (-1_800, 360, 99_999_999),
    ],
)
def test_interest__in_the_loan_token__is_part_of_one_payment(
    closed, market, bearing, escrow, rate_e9, basis, repaid
):
    terms = bearing(rate_e9=rate_e9, basis=basis)

    receipt = closed(terms)

    stock, usd = terms.collateral[0], terms.loan_token
    assert events(receipt)[0][1]["interest"] == repaid - 100_000_000
    assert transfers(receipt) == [
        (usd, terms.borrower, terms.lender, repaid),
        (stock.token, escrow.address, terms.borrower, stock.quantity),
    ]


@pytest.mark.parametrize(
    ("token", "interest"), [("EUR", 8_000), ("JPY", 13_450)], ids=["divided", "multiplied"]
)
@pytest.mark.parametrize("sign", [1, -1], ids=["borrower pays", "lender pays"])
def test_interest__in_another_token__is_a_payment_of_its_own(
    closed, market, bearing, escrow, token, interest, sign
):
    terms = bearing(rate_e9=sign * 36_000_000, token=token)

    receipt = closed(terms, EURUSD="1.25")

    payer, payee = (terms.borrower, terms.lender)[::sign]
    stock, address = terms.collateral[0], market.tokens[token].address
    assert events(receipt)[0][1]["interest"] == sign * interest
    assert transfers(receipt) == [
        (terms.loan_token, terms.borrower, terms.lender, 100_000_000),
        (address, payer, payee, interest),
        (stock.token, escrow.address, terms.borrower, stock.quantity),
    ]


def test_interest__token_is_collateral_too__comes_from_the_borrower(closed, market, bearing):
    terms = replace(bearing(token="EUR"), collateral=market.basket(EUR=90_000_000))
    closed(terms, EURUSD="1.25")
    assert market.balances(market.tokens["EUR"]) == (ENOUGH + 8_000, ENOUGH - 8_000, 0)


def test_interest__payer_short__moves_nothing(market, bearing, escrow, lender, keeper):
    terms, eur = bearing(rate_e9=-36_000_000, token="EUR"), market.tokens["EUR"]
    trade = market.open(terms)
    market.publish_marked(EURUSD="1.25")
    eur.approve(escrow, 7_999, sender=lender)
    with market.untouched(trade, tokens=[eur, market.tokens["USD"]]):
        receipt = escrow.close([trade], MARKED, sender=keeper)
    assert failures(receipt) == [
        failed(
            trade,
            MARKED,
            "close",
            "ERC20InsufficientAllowance",
            spender=escrow.address,
            allowance=7_999,
            needed=8_000,
        )
    ]


def test_interest__no_rate_into_its_token__fails(market, bearing, escrow, keeper):
    trade = market.open(bearing(token="EUR"))
    prices = {name: value for name, value in MARKED_PRICES.items() if name != "EURUSD"}
    market.publish(MARKED, prices)
    with market.untouched(trade):
        receipt = escrow.close([trade], MARKED, sender=keeper)
    assert failures(receipt) == [
        failed(trade, MARKED, "close", "MissingRate", base=b"EUR", quote=b"USD", date=MARKED)
    ]


def test_interest__cash_closed_on_the_day_it_opened__is_none(market, bearing, escrow, keeper):
    trade = market.open(replace(bearing(), end=at(SETTLED, 13)))
    market.chain.pending_timestamp = at(SETTLED, 13)
    receipt = escrow.close([trade], SETTLED, sender=keeper)
    assert events(receipt) == [("Closed", {"id": trade, "date": SETTLED, "interest": 0})]


@pytest.fixture
def lent(market, sample):
    """The sample with a fee in USD: it needs the Bund's value at the opening."""
    usd = market.tokens["USD"].address
    return replace(sample, rate_e9=36_000_000, day_count_basis=360, rate_token=usd, expiry=NEVER)


def test_interest__security_without_a_price_on_the_date__does_not_open(market, lent, escrow):
    # Neither a mark nor the close could count the interest afterwards.
    trade = market.book(lent)
    market.chain.pending_timestamp = at(MARKED, 9)
    with market.untouched(trade):
        receipt = escrow.settle([trade], MARKED, sender=market.keeper)
    key = market.key("BUND")
    assert failures(receipt) == [
        failed(trade, MARKED, "settle", "MissingFixing", key=key, date=MARKED)
    ]


def test_interest__security_priced_on_the_date__closes_on_it(market, lent, escrow):
    trade = market.open(lent)
    receipt = escrow.close([trade], SETTLED, sender=market.lender)
    assert events(receipt) == [("Closed", {"id": trade, "date": SETTLED, "interest": 0})]
