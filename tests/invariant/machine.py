# SPDX-License-Identifier: MIT
"""Random parties, trades, days, prices and shortages; contracts and model in step throughout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from eth_account.signers.local import LocalAccount
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from invariant import inside
from invariant.recorded import Recorded
from invariant.seeds import PRICES_E8, SYMBOLS, terms_seeds, yen_worth
from model.actionlives import ActionLives
from model.pair import Outcome
from model.strategies import Case
from model.world import DAY, FIRST_DATE, world
from tanpo.model import UNLIMITED, Fixing, Refused, Status
from tanpo.terms import NOBODY, Agreement, Collateral, Terms

MOVES = (10_000, 10_000, 9_900, 10_150, 8_000, 13_000)
"""Of prices from one date to the next, in basis points."""

parties = st.sampled_from(range(3))
signers = st.sampled_from((0, 1, 2, 3))
"""Parties, and the keeper, who is none."""
dates_ago = st.sampled_from((0, 0, 0, 0, 1, 2, -1))


class Machine(RuleBasedStateMachine):
    """The actions. What must hold after each stands in `test_invariants`."""

    def __init__(self) -> None:
        super().__init__()
        self.twin = Recorded(world())
        self.world = self.twin.world
        self.escrow = self.twin.escrow
        self.journal = self.twin.journal
        self.accounts = (*self.world.parties, self.world.keeper)
        self.tokens = {symbol: self.world.tokens[symbol].address for symbol in SYMBOLS}
        self.terms: dict[bytes, Terms] = {}
        """Everything that anybody has proposed or signed."""
        self.last_prices = dict(PRICES_E8)
        self.published: dict[tuple[str, int], Fixing] = {}
        """What the feeder sent and was accepted, by symbol or pair and date."""
        self._netting: Agreement | None = None
        """Under which all netted trades are."""
        self._utis = 0
        agent = self.world.administrator
        for symbol in SYMBOLS:
            for party in self.world.parties:
                self._issue(symbol, party.address, 10 ** (13 if symbol == "STOCK_EU" else 8))
            self._issue(symbol, agent.address, 10**15)
            for holder in (agent, self.world.keeper):
                self.twin.allow(self.tokens[symbol], holder, UNLIMITED)
        euro = self.world.tokens["EUR"].address
        self.twin.issue(euro, agent.address, 10**15)
        self.twin.allow(euro, agent, UNLIMITED)
        self._publish(FIRST_DATE, {key: Fixing(e8, FIRST_DATE) for key, e8 in PRICES_E8.items()})

    @initialize(seeds=st.lists(terms_seeds, min_size=1, max_size=4))
    def some_trades_are_open(self, seeds: list[dict[str, Any]]) -> None:
        """A run begins with a book."""
        for seed in seeds:
            self.agree(seed, 0)

    @property
    def today(self) -> int:
        """The current day."""
        return self.twin.ledger.now // DAY

    # ------------------------------------------------------------------ the world

    @rule(
        days=st.sampled_from((1, 1, 1, 2, 9)),
        moves=st.lists(st.sampled_from(MOVES), min_size=6),
        closer=st.sampled_from((None, 0, 1, 2)),
    )
    def a_business_day(self, days: int, moves: list[int], closer: int | None) -> None:
        """Time passes, every price is published, keepers do their work."""
        self.twin.advance_to((self.today + days) * DAY + 50_000)
        for key, move in zip(self.last_prices, moves, strict=False):
            self.last_prices[key] = self.last_prices[key] * move // 10_000
        date = self.today
        self._publish(date, {key: Fixing(e8, date) for key, e8 in self.last_prices.items()})
        if closer is not None:
            self._batch("close", self.accounts[closer], self._open(), date)
        self._batch("mark", self.world.keeper, self._open(), date)
        self._batch("mark_sets", self.world.keeper, self._lives(_never).sets, date)

    @rule(
        spender=parties,
        symbol=st.sampled_from(SYMBOLS),
        percent=st.sampled_from((100, 99)),
        moves=st.lists(st.sampled_from(MOVES), min_size=6),
    )
    def a_bad_day(self, spender: int, symbol: str, percent: int, moves: list[int]) -> None:
        """A party has spent one token before a day's calls."""
        self.a_party_spends(spender, symbol, percent)
        self.a_business_day(1, moves, None)

    @precondition(lambda self: not self.twin.ledger.actions)
    @rule(
        days=st.integers(0, 2),
        age=st.sampled_from((0, 1, 7, 8, -1)),
        keys=st.sets(st.sampled_from((*PRICES_E8, "JPYUSD")), min_size=4),
    )
    def a_day_with_some_fixings(self, days: int, age: int, keys: set[str]) -> None:
        """Some keys are missing, observed earlier, observed later, or the wrong way round."""
        self.twin.advance_to((self.today + days) * DAY + 50_000)
        date = self.today
        prices = {**self.last_prices, "JPYUSD": 744_878}
        self._publish(date, {key: Fixing(prices[key], date - age) for key in sorted(keys)})
        self._batch("mark", self.world.keeper, self._open(), date)

    @rule(party=parties, symbol=st.sampled_from(SYMBOLS), percent=st.sampled_from((100, 99, 30)))
    def a_party_spends(self, party: int, symbol: str, percent: int) -> None:
        """A party moves its tokens away: it may be short of them when called."""
        self._transfer(symbol, self.world.parties[party], self.world.keeper.address, percent)

    @rule(party=parties, symbol=st.sampled_from(SYMBOLS))
    def a_party_donates(self, party: int, symbol: str) -> None:
        """Tokens come to the escrow that belong to no trade."""
        self._transfer(symbol, self.world.parties[party], self.escrow.address, 1)

    @rule(party=parties, symbol=st.sampled_from(SYMBOLS))
    def a_party_is_paid(self, party: int, symbol: str) -> None:
        """The keeper gives back what parties spent."""
        self._transfer(symbol, self.world.keeper, self.world.parties[party].address, 100)

    @rule(
        party=parties,
        symbol=st.sampled_from(SYMBOLS),
        quantity=st.sampled_from((0, 100, 10**6, 2**256 - 1)),
    )
    def a_party_sets_an_allowance(self, party: int, symbol: str, quantity: int) -> None:
        """What the escrow may pull changes."""
        self.twin.allow(self.tokens[symbol], self.world.parties[party], quantity)

    # ------------------------------------------------------------------ consent

    @rule(seed=terms_seeds, by=signers, answer=signers)
    def propose(self, seed: dict[str, Any], by: int, answer: int) -> None:
        """Somebody registers, somebody approves: not always the parties, not always both."""
        terms = self._terms(seed)
        self._register(terms, by)
        self._approve(terms, answer)

    @rule(seed=terms_seeds, first=st.sampled_from((0, 1)))
    def agree(self, seed: dict[str, Any], first: int) -> None:
        """The parties approve, and the trade is settled."""
        terms = self._terms(seed)
        roles = [self._number(terms.lender), self._number(terms.borrower)]
        self._register(terms, roles[first])
        self._approve(terms, roles[1 - first])
        self._batch("settle", self.world.keeper, [self.twin.identify(terms)], self.today)

    @rule(seed=terms_seeds, settle=st.booleans(), forger=st.sampled_from((None, None, 0, 1, 3)))
    def relay(self, seed: dict[str, Any], settle: bool, forger: int | None) -> None:
        """Signed terms are relayed, or one signature is somebody else's."""
        terms = self._terms(seed)
        lender, borrower = self._number(terms.lender), self._number(terms.borrower)
        if forger is not None:
            borrower = forger
        self._propose(terms)
        self._consent(terms, lender)
        self._consent(terms, borrower)
        accounts, keeper = self.accounts, self.world.keeper
        if settle:
            self._send(
                lambda: self.twin.open(
                    keeper, terms, accounts[lender], accounts[borrower], self.today
                )
            )
        else:
            self._send(lambda: self.twin.relay(keeper, terms, accounts[lender], accounts[borrower]))

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), by=signers)
    def approve_again(self, data: st.DataObject, by: int) -> None:
        """Somebody approves what has been proposed."""
        self._approve(self.terms[data.draw(self._ids())], by)

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), by=signers)
    def withdraw(self, data: st.DataObject, by: int) -> None:
        """Somebody withdraws."""
        terms = self.terms[data.draw(self._ids())]
        self._send(lambda: self.twin.withdraw(self.accounts[by], terms))

    # ------------------------------------------------------------------ keepers

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), ago=dates_ago)
    def settle(self, data: st.DataObject, ago: int) -> None:
        """A keeper settles some trades."""
        ids = data.draw(st.lists(self._ids(), min_size=1, max_size=4))
        self._batch("settle", self.world.keeper, ids, self._date(ago))

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), ago=dates_ago)
    def mark(self, data: st.DataObject, ago: int) -> None:
        """A keeper marks some trades, perhaps one twice."""
        ids = data.draw(st.lists(self._ids(), min_size=1, max_size=4))
        self._batch("mark", self.world.keeper, ids, self._date(ago))

    @precondition(lambda self: self.terms)
    @rule(ago=dates_ago)
    def mark_all(self, ago: int) -> None:
        """A keeper marks everything."""
        self._batch("mark", self.world.keeper, list(self.terms), self._date(ago))

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), ago=dates_ago, by=signers)
    def close(self, data: st.DataObject, ago: int, by: int) -> None:
        """Somebody closes some trades."""
        ids = data.draw(st.lists(self._ids(), min_size=1, max_size=4))
        self._batch("close", self.accounts[by], ids, self._date(ago))

    @precondition(lambda self: self.terms)
    @rule(data=st.data(), by=st.sampled_from((0, 2, 3, 4)))
    def reach_inside(self, data: st.DataObject, by: int) -> None:
        """Somebody, or the administrator, calls what the escrow keeps to itself, or knows not."""
        caller = (*self.accounts, self.world.administrator)[by]
        id_ = data.draw(self._ids())
        examples = {
            "bytes4": bytes(4),
            "bytes32": id_,
            "bytes32[]": [id_],
            "uint24": self.today,
            "address": self.terms[id_].lender,
            "uint256": 1,
            "bool": True,
        }
        inside.reach(self.escrow, caller, examples)

    # ------------------------------------------------------------------ lives

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def a_trade_lives(self, data: st.DataObject) -> None:
        """A change, or a failure and what answers it."""
        lives = self._lives(data.draw)
        for _ in range(data.draw(st.integers(1, 3))):
            lives.happen(self.today)
        lives.check_sets()

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def a_set_lives(self, data: st.DataObject) -> None:
        """A set is marked, cured, in default or closed out."""
        self._lives(data.draw).happen_to_set(self.today)

    @precondition(lambda self: self._open() and not self._has_default())
    @rule(data=st.data())
    def an_issuer_acts(self, data: st.DataObject) -> None:
        """A corporate action is declared for tomorrow."""
        self._lives(data.draw).declare(self.today + 1, self.last_prices)

    @precondition(lambda self: self._open() and self.twin.ledger.actions)
    @rule(data=st.data())
    def everybody_catches_up(self, data: st.DataObject) -> None:
        """What is declared is carried out."""
        self._lives(data.draw).catch_up(self.today)

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def an_issuer_seizes(self, data: st.DataObject) -> None:
        """Tokens leave the escrow by a forced transfer, which is booked."""
        self._lives(data.draw).seize()

    # ------------------------------------------------------------------ helpers

    def _lives(self, draw: Callable[..., Any]) -> ActionLives:
        case = Case(tuple(self.terms.values()), (), (), ())
        return ActionLives(self.twin, case, self._open(), draw)

    def _has_default(self) -> bool:
        trades = self.twin.ledger.trades.values()
        return any(trade.status is Status.DEFAULTED for trade in trades)

    def _date(self, ago: int) -> int:
        """Catching up to an earlier date does actions twice: see `test_action_ties`."""
        return self.today - (max(0, -ago) if self.twin.ledger.actions else ago)

    def _send(self, send: Callable[[], Outcome]) -> Outcome:
        """Send a message to both."""
        return send()

    def _batch(self, function: str, by: LocalAccount, ids: list[bytes], date: int) -> None:
        """Send a batch to both, and let the tests look at it before it happens."""
        name = "markSets" if function == "mark_sets" else function
        self.before_batch(name, by, ids, date)
        self._send(lambda: getattr(self.twin, function)(by, ids, date))

    def before_batch(self, function: str, by: LocalAccount, ids: list[bytes], date: int) -> None:
        """For the tests to override."""

    def _register(self, terms: Terms, by: int) -> None:
        self._propose(terms)
        if not isinstance(
            self._send(lambda: self.twin.register(self.accounts[by], terms)), Refused
        ):
            self._consent(terms, by)

    def _approve(self, terms: Terms, by: int) -> None:
        id_ = self.twin.identify(terms)
        if not isinstance(self._send(lambda: self.twin.approve(self.accounts[by], id_)), Refused):
            self._consent(terms, by)

    def _propose(self, terms: Terms) -> None:
        self.terms[self.twin.identify(terms)] = terms

    def _consent(self, terms: Terms, by: int) -> None:
        self.journal.consents.add((self.twin.identify(terms), self.accounts[by].address))

    def _issue(self, symbol: str, holder: str, quantity: int) -> None:
        token = self.tokens[symbol]
        self.twin.issue(token, holder, quantity)

    def _transfer(self, symbol: str, sender: LocalAccount, receiver: str, percent: int) -> None:
        token = self.tokens[symbol]
        quantity = self.twin.ledger.tokens[token].balances[sender.address] * percent // 100
        self.twin.transfer(token, sender, receiver, quantity)

    def _publish(self, date: int, fixings: dict[str, Fixing]) -> None:
        by_key = {self.tokens.get(key, key): fixing for key, fixing in fixings.items()}
        if not isinstance(self.twin.publish(date, by_key), Refused):
            for key, fixing in fixings.items():
                self.published.setdefault((key, date), fixing)

    def _open(self) -> list[bytes]:
        """The open trades and those in default, by what the contracts said of them."""
        return [id_ for id_ in self.journal.openings if id_ not in self.journal.ended]

    def _ids(self) -> st.SearchStrategy[bytes]:
        return st.sampled_from(sorted(self.terms))

    def _number(self, address: str) -> int:
        return [str(account.address) for account in self.accounts].index(address)

    def _terms(self, seed: dict[str, Any]) -> Terms:
        """Terms whose legs are worth about the same at the first prices."""
        self._utis += 1
        agreement = seed["agreement"]
        basket = [symbol for symbol in seed["basket"] if symbol != seed["loan"]] or [
            "USD" if seed["loan"] == "JPY" else "JPY"
        ]
        worth = 50_000 * seed["lots"]
        haircut_bps, pair = seed["haircut_bps"], seed["pair"]
        rate_token = self.tokens.get(seed["rate_token"], NOBODY)
        if agreement.netting:
            # One set of two parties, with as many trades as come.
            agreement = self._netting = self._netting or agreement
            haircut_bps, pair = 0, [index for index in pair if index < 2]
            rate_token = self.tokens[seed["rate_token"] or "USD"]
        lender, borrower = (self.world.parties[index].address for index in pair[:2])
        if rate_token == NOBODY:
            agreement = replace(agreement, penalty_rate_e9=0)
        self.twin.enter(self.world.keeper, agreement)
        start = (self.today + seed["start_in"]) * DAY
        return Terms(
            lender=lender,
            borrower=borrower,
            loan_token=self.tokens[seed["loan"]],
            loan_quantity=yen_worth(seed["loan"], worth),
            collateral=tuple(
                Collateral(
                    self.tokens[symbol],
                    yen_worth(symbol, worth) // len(basket) + 1,
                    haircut_bps,
                )
                for symbol in basket
            ),
            agreement=agreement,
            ratio_bps=seed["ratio_bps"],
            call_below_bps=seed["call_below_bps"],
            return_above_bps=seed["return_above_bps"],
            rate_e9=0 if rate_token == NOBODY else seed["rate_e9"],
            day_count_basis=0 if rate_token == NOBODY else 360,
            rate_token=rate_token,
            start=start,
            end=start + seed["term_days"] * DAY if seed["term_days"] else 0,
            expiry=self.twin.ledger.now + seed["expires_in"],
            uti=self._utis.to_bytes(32, "big"),
        )


def _never(strategy: Any) -> Any:
    """Nothing is to be drawn."""
    raise AssertionError(strategy)
