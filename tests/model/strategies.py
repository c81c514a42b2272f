# SPDX-License-Identifier: MIT
"""Markets and trades for differential tests.

Bounds: quantities of up to about 10**12 units and prices and rates of up to 10**6, so that values
stay far within the contracts' 256 bits except where many currencies divide at once next to 18
decimals; `fits_256_bits` leaves those out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from model.world import DAY, FIRST_DATE, INSTRUMENTS, World
from tanpo.instrument import Instrument, Kind
from tanpo.model import Fixing
from tanpo.model.values import ONE_E8, Line, Rate, fits_256_bits
from tanpo.terms import NOBODY, Agreement, Collateral, Custody, Order, Terms

VALUATION_CURRENCIES = ("JPY", "USD", "EUR", "GBP")
SYMBOLS = tuple(instrument.symbol for instrument in INSTRUMENTS)
BY_SYMBOL = {instrument.symbol: instrument for instrument in INSTRUMENTS}
IN_DOLLARS_E8 = {
    "JPY": 744_878,
    "USD": ONE_E8,
    "EUR": 109_253_000,
    "GBP": 127_005_000,
    "CHF": 111_330_000,
    "SEK": 9_512_000,
}

Prices = dict[str, int]
"""By symbol or pair, at E8."""


@dataclass(frozen=True)
class Case:
    """Trades with their market: `prices[0]` belong to the opening."""

    terms: tuple[Terms, ...]
    dates: tuple[int, ...]
    prices: tuple[Prices, ...]
    wealth: tuple[tuple[int, int], ...]
    """Of each trade: percent of what they must deliver that the lender and the borrower have."""


def money(low: int, high: int) -> st.SearchStrategy[int]:
    """Integers spread over magnitudes, with round ones among them."""
    digits = len(str(high))
    round_ones = [10**n for n in range(digits) if low <= 10**n <= high]
    return st.one_of(st.integers(low, high), st.sampled_from(round_ones))


@st.composite
def first_prices(draw: Any, symbols: list[str], currency: str) -> Prices:
    """Prices of the symbols and whatever pairs value them, each pair either way round."""
    prices: Prices = {}
    for symbol in symbols:
        instrument = BY_SYMBOL[symbol]
        if instrument.kind is Kind.BOND:
            prices[symbol] = draw(st.sampled_from((10**10, 9_881_100_000, 10_312_345_678, 1)))
        elif instrument.kind is Kind.EQUITY:
            prices[symbol] = draw(money(1, 10**14))
    for base in sorted({BY_SYMBOL[symbol].currency for symbol in symbols} - {currency}):
        cross = Fraction(IN_DOLLARS_E8[base], IN_DOLLARS_E8[currency])
        if draw(st.booleans()):
            cross, pair = 1 / cross, currency + base
        else:
            pair = base + currency
        prices[pair] = draw(
            st.sampled_from((max(1, round(cross * ONE_E8)), ONE_E8, 13_425_000_000))
        )
    return prices


@st.composite
def next_prices(draw: Any, prices: Prices) -> Prices:
    """The next date's: unchanged, a little or a lot away."""
    moves = st.sampled_from((10_000, 10_001, 9_999, 9_800, 10_250, 5_000, 8_000, 20_000, 12_345))
    return {key: max(1, value * draw(moves) // 10_000) for key, value in prices.items()}


def line(symbol: str, quantity: int, currency: str, prices: Prices) -> Line:
    """A quantity valued at `prices`."""
    instrument = BY_SYMBOL[symbol]
    price_e8 = prices.get(symbol, ONE_E8)
    return Line(quantity, instrument, price_e8, rate(instrument.currency, currency, prices))


def rate(base: str, quote: str, prices: Prices) -> Rate:
    """The rate of `base` in `quote`, whichever is given."""
    if base == quote:
        return Rate(1, 1)
    if base + quote in prices:
        return Rate(prices[base + quote], ONE_E8)
    return Rate(ONE_E8, prices[quote + base])


RIGHTS = st.sampled_from((0, 0x7FF, 0x2AA, 0x555, 0x400, 0x400))
"""Of either party: none, all, every second one, or default alone."""


def agreements(currency: str, may_charge: bool) -> st.SearchStrategy[Agreement]:
    """Standing terms in that currency; a penalty needs a token to be paid in."""
    return st.builds(
        Agreement,
        valuation_currency=st.just(currency),
        threshold_bps=st.sampled_from((0, 0, 200, 1, 10_000)),
        mta_e6=st.sampled_from((0, 0, 1, 10**6, 10**12)),
        order=st.sampled_from(Order),
        custody=st.sampled_from(Custody),
        lender_may=RIGHTS,
        borrower_may=RIGHTS,
        notice_days=st.sampled_from((0, 1, 2)),
        cure_days=st.sampled_from((0, 1, 2)),
        penalty_rate_e9=st.sampled_from((0, 50_000_000, 400_000_000) if may_charge else (0,)),
    )


@st.composite
def terms_of(
    draw: Any,
    world: World,
    symbols: list[str],
    known: list[Agreement],
    prices: Prices,
    uti: int,
) -> Terms:
    """Terms whose basket is worth about what is required at `prices`."""
    agreement = draw(st.sampled_from(known))
    currency = agreement.valuation_currency
    lender, borrower = draw(st.permutations([p.address for p in world.parties]))[:2]
    loan_symbol, *basket = draw(st.permutations(symbols))[: draw(st.integers(2, len(symbols)))]
    loan = BY_SYMBOL[loan_symbol]
    quantity = draw(money(1, 10**9)) * 10 ** min(loan.decimals, 12)
    ratio_bps = draw(st.sampled_from((10_000, 10_200, 12_000, 9_800, 1, 65_535)))
    required = line(loan_symbol, quantity, currency, prices).value * Fraction(ratio_bps, 10_000)
    collateral = []
    for symbol in basket:
        haircut_bps = draw(st.sampled_from((0, 0, 0, 500, 1, 9_999)))
        unit = line(symbol, 1, currency, prices)._replace(haircut_bps=haircut_bps)
        held = _worth(draw, BY_SYMBOL[symbol], required / len(basket), unit)
        collateral.append(Collateral(world.tokens[symbol].address, held, haircut_bps))
    rate_e9 = draw(st.sampled_from((0, 0, 1_000_000, 35_000_000, -5_000_000, 1, -1, 400_000_000)))
    pays = [NOBODY] if rate_e9 == agreement.penalty_rate_e9 == 0 else []
    pays += [world.tokens[symbol].address for symbol in cash_among(symbols)]
    if not pays:
        rate_e9, pays = 0, [NOBODY]
    rate_token = draw(st.sampled_from(pays))
    return Terms(
        lender=lender,
        borrower=borrower,
        loan_token=world.tokens[loan_symbol].address,
        loan_quantity=quantity,
        collateral=tuple(collateral),
        agreement=agreement,
        ratio_bps=ratio_bps,
        call_below_bps=draw(st.sampled_from((0, 0, 9_900 * ratio_bps // 10_000, ratio_bps))),
        return_above_bps=draw(
            st.sampled_from((0, 0, min(10_200 * ratio_bps // 10_000, 65_535), ratio_bps))
        ),
        rate_e9=rate_e9,
        day_count_basis=0 if rate_token == NOBODY else draw(st.sampled_from((360, 365))),
        rate_token=rate_token,
        start=FIRST_DATE * DAY,
        end=draw(st.sampled_from((0, (FIRST_DATE + 1) * DAY + 3_600))),
        uti=uti.to_bytes(32, "big"),
    )


def cash_among(symbols: list[str]) -> list[str]:
    """The tokens that can pay interest."""
    return [symbol for symbol in symbols if BY_SYMBOL[symbol].kind is Kind.CASH]


def _worth(draw: Any, instrument: Instrument, value: Fraction, unit: Line) -> int:
    """Smallest units worth `value`, rounded up to the lot, or about that; at least one."""
    exact = value / unit.value
    quantity: int = ceil(exact / instrument.lot) * instrument.lot
    off: int = draw(st.sampled_from((0, 0, 0, 1, -1, instrument.lot, 3 * quantity // 100)))
    return min(max(1, quantity + off), 2**88)


@st.composite
def cases(draw: Any, world: World, trades: int = 3, dates: int = 4) -> Case:
    """A market with up to `trades` trades in it over up to `dates` business dates."""
    currency = draw(st.sampled_from(VALUATION_CURRENCIES))
    symbols = draw(st.lists(st.sampled_from(SYMBOLS), min_size=2, max_size=9, unique=True))
    days = [draw(first_prices(symbols, currency))]
    gaps = draw(st.lists(st.sampled_from((1, 1, 3, 40)), min_size=1, max_size=dates - 1))
    numbers = [FIRST_DATE]
    for gap in gaps:
        days.append(draw(next_prices(days[-1])))
        numbers.append(numbers[-1] + gap)
    known = draw(st.lists(agreements(currency, bool(cash_among(symbols))), min_size=1, max_size=2))
    terms = tuple(
        draw(terms_of(world, symbols, known, days[0], uti))
        for uti in range(draw(st.integers(1, trades)))
    )
    by_address = {token.address: symbol for symbol, token in world.tokens.items()}
    for each in terms:
        legs = [(each.loan_token, each.loan_quantity)]
        legs += [(leg.token, leg.quantity) for leg in each.collateral]
        for prices in days:
            # A basket may come to hold many times what it opened with.
            lines = [line(by_address[token], 64 * q, currency, prices) for token, q in legs]
            start = line(by_address[each.loan_token], each.loan_quantity, currency, days[0])
            assume(fits_256_bits(lines, start, each.agreement.mta_e6, each.rate_e9))
    wealth = tuple(
        (draw(st.sampled_from((300, 100, 300, 99))), draw(st.sampled_from((1_000, 100, 103, 130))))
        for _ in terms
    )
    return Case(terms, tuple(numbers), tuple(days), wealth)


def observations(world: World, prices: Prices, observed_on: int) -> dict[str, Fixing]:
    """Prices as fixings."""
    return {
        world.tokens[key].address if key in world.tokens else key: Fixing(value, observed_on)
        for key, value in prices.items()
    }
