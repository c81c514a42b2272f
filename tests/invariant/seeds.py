# SPDX-License-Identifier: MIT
"""What a random trade is made from: its tokens, their first prices, and seeds of its terms."""

from hypothesis import strategies as st

from model.world import DAY
from tanpo.terms import Agreement, Custody, Order, Verb

SYMBOLS = ("JPY", "USD", "JGB", "STOCK_US", "STOCK_EU")
PRICES_E8 = {
    "JGB": 10_000_000_000,
    "STOCK_US": 16_101_000_000,
    "STOCK_EU": 5_000_000_000,
    "USDJPY": 13_425_000_000,
    "EURUSD": 109_253_000,
    "EURJPY": 14_667_215_250,
}
RIGHTS = st.sampled_from((0x7FF, 1 << Verb.DEFAULT, 0))

terms_seeds = st.fixed_dictionaries(
    {
        "loan": st.sampled_from(SYMBOLS),
        "basket": st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=3, unique=True),
        "lots": st.integers(1, 60),
        "pair": st.permutations((0, 1, 2)),
        "agreement": st.builds(
            Agreement,
            valuation_currency=st.sampled_from(("USD", "JPY")),
            threshold_bps=st.sampled_from((0, 0, 200)),
            mta_e6=st.sampled_from((0, 0, 10**9)),
            order=st.sampled_from(Order),
            custody=st.sampled_from(Custody),
            netting=st.sampled_from((False, False, True)),
            lender_may=RIGHTS,
            borrower_may=RIGHTS,
            cure_days=st.sampled_from((0, 0, 1)),
            penalty_rate_e9=st.sampled_from((0, 100_000_000)),
        ),
        "haircut_bps": st.sampled_from((0, 0, 1_000)),
        "ratio_bps": st.sampled_from((10_000, 10_200, 12_000)),
        "call_below_bps": st.sampled_from((0, 0, 9_500)),
        "return_above_bps": st.sampled_from((0, 0, 12_500)),
        "rate_e9": st.sampled_from((0, 0, 50_000_000, -20_000_000)),
        "rate_token": st.sampled_from(("USD", "JPY", None)),
        "term_days": st.sampled_from((0, 0, 1, 2, 5)),
        "start_in": st.sampled_from((0, 0, 0, 0, 0, 1)),
        "expires_in": st.sampled_from((10**9, 10**9, 10**9, DAY)),
    }
)


def yen_worth(symbol: str, yen: int) -> int:
    """Smallest units of about that worth at the first prices."""
    per_yen = {
        "JPY": (1, 1),
        "JGB": (1, 1),
        "USD": (100, 134),
        "STOCK_US": (1, 21_616),
        "STOCK_EU": (10**6, 7_334),
    }
    numerator, denominator = per_yen[symbol]
    return max(1, yen * numerator // denominator)
