# SPDX-License-Identifier: MIT
"""The platform, accounts and tokens that a scenario needs, on a chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from eth_account import Account
from eth_account.signers.local import LocalAccount

from tanpo.chain.abi import Reverted
from tanpo.chain.base import Chain, Contract
from tanpo.deployer import Manifest, ManifestError, Platform
from tanpo.replay.entry import ESCROW, Balances
from tanpo.report import Observation, pair_key, price_key
from tanpo.scenario import Scenario
from tanpo.scenario.actions import ISSUER
from tanpo.units import date_from_number, date_number

NO_LIMIT = 2**256 - 1
"""An allowance that is not used up."""

_HASHES = frozenset({"id", "digest"})
"""Arguments of errors that follow the accounts of the run and tell a person nothing."""


class World:
    """A scenario's parties with their tokens, before its first business date."""

    def __init__(
        self,
        scenario: Scenario,
        chain: Chain,
        manifest: Manifest | None = None,
        administrator: LocalAccount | None = None,
        progress: Callable[[int], None] = lambda steps: None,
    ) -> None:
        """Deploy (or take the deployment of `manifest`), issue the tokens, give the allowances.

        `administrator` holds the roles of the manifest's deployment; `progress` hears of each
        transaction.
        """
        self.scenario = scenario
        self.chain = chain
        self.progress = progress
        self._administrator = administrator or Account.create()
        chain.fund(self._administrator)
        if manifest:
            self.platform = Platform.at(chain, self._administrator, manifest)
            _require_single(self.platform)
            _require_later(scenario, self.platform)
        else:
            self.platform = Platform.deploy(chain, self._administrator)
        self.escrow = self.platform.escrow
        self._used = tokens_by_party(scenario)
        self.accounts = {name: self._account() for name in scenario.parties}
        self._symbols_by_index: dict[int, str] = {}
        self.tokens = {
            symbol: self._token(symbol)
            for symbol in sorted({symbol for used in self._used.values() for symbol in used})
        }
        self._open_balances()
        self._names = {str(account.address): name for name, account in self.accounts.items()}
        self._names[self.escrow.address] = ESCROW
        self._names[str(self._administrator.address)] = ISSUER
        self._symbols = {token.address: symbol for symbol, token in self.tokens.items()}

    @property
    def administrator(self) -> LocalAccount:
        """Relays, publishes and keeps: the blockchain administrator of JSF (2023). Also the agent
        of all issuers.
        """
        return self._administrator

    def name(self, address: str) -> str:
        """The party at `address`, the escrow or the issuer."""
        return self._names[address]

    def symbol(self, address: str) -> str:
        """The token at `address`."""
        return self._symbols[address]

    def symbol_at(self, index: int) -> str:
        """The token of that number in the escrow's list."""
        return self._symbols_by_index[index]

    def reason(self, reverted: Reverted) -> str:
        """The error with the file's names instead of addresses, and without hashes."""
        shown = ", ".join(
            f"{key}={self.shown(value)}"
            for key, value in reverted.arguments.items()
            if key not in _HASHES
        )
        return f"{reverted.name}({shown})"

    def shown(self, value: object) -> str:
        """A value of an error, with the file's names for parties and tokens."""
        if isinstance(value, bytes):
            return next((key for key in self.tokens if self._key(key) == value), f"0x{value.hex()}")
        text = str(value)
        return self._names.get(text, self._symbols.get(text, text))

    def publish(self, day: date) -> None:
        """Publish all fixings of a business date."""
        if not self.scenario.fixings[day]:
            return
        number = date_number(day)
        observations = [
            Observation(self._key(key), value, number)
            for key, value in self.scenario.fixings[day].items()
            if key in self.tokens or key not in self.scenario.instruments
        ]
        self.platform.publish(number, observations)
        self.progress(1)

    def valuation(self, trade_id: bytes, day: date) -> dict[str, Fraction]:
        """What a trade's two legs are worth at the fixings of `day`, by the names in reports."""
        found = self.escrow.call("valuation", trade_id, date_number(day))
        return {
            "loan_value": Fraction(found["loanE18"], 10**18),
            "collateral_value": Fraction(found["collateralE18"], 10**18),
        }

    def balances(self) -> Balances:
        """What each party and the escrow holds."""
        holders = {name: str(account.address) for name, account in self.accounts.items()}
        holders[ESCROW] = self.escrow.address
        return {
            name: {
                symbol: token.call("balanceOf", address)
                for symbol, token in self.tokens.items()
                if name == ESCROW or symbol in self._used[name]
            }
            for name, address in holders.items()
        }

    def _account(self) -> LocalAccount:
        account: LocalAccount = Account.create()
        self.chain.fund(account)
        return account

    def _token(self, symbol: str) -> Contract:
        token = self.platform.issue_instrument(self.scenario.instruments[symbol])
        self._symbols_by_index[self.escrow.call("instrumentCount")] = symbol
        return token

    def _open_balances(self) -> None:
        for name, symbols in self._used.items():
            account = self.accounts[name]
            for symbol in symbols:
                token = self.tokens[symbol]
                if quantity := self.scenario.parties[name].get(symbol, 0):
                    token.send(self._administrator, "issue", account.address, quantity)
                token.send(account, "approve", self.escrow.address, NO_LIMIT)
                self.progress(2)

    def _key(self, key: str) -> bytes:
        """A fixing's key as the contracts have it (FixingKey.sol)."""
        return price_key(self.tokens[key].address) if key in self.tokens else pair_key(key)


def _require_single(platform: Platform) -> None:
    """A scenario's fixings have one signature, of the administrator."""
    needed = platform.fixings.call("outlierQuorum")
    if needed > 1:
        raise ManifestError(f"the deployment needs {needed} feeders' signatures, a run has one")


def _require_later(scenario: Scenario, platform: Platform) -> None:
    """On a deployment that lives on, business dates only go forward."""
    first = next(iter(scenario.fixings))
    latest = date_from_number(platform.fixings.call("latest"))
    if first < latest:
        raise ManifestError(
            f"the deployment has fixings up to {latest}, the scenario begins on {first}"
        )


def tokens_by_party(scenario: Scenario) -> dict[str, list[str]]:
    """The tokens that each party begins with or may come to hold, in the file's order."""
    used = {name: dict.fromkeys(held) for name, held in scenario.parties.items()}
    for trade in scenario.trades:
        symbols = [*trade.tokens, *([trade.rate_token] if trade.rate_token else [])]
        parties = [trade.lender, trade.borrower]
        for event in scenario.events_of(trade):
            symbols += [symbol for symbol, _ in event.incoming]
            parties += filter(None, (event.by, event.to, event.seller))
        for party in parties:
            used[party].update(dict.fromkeys(symbols))
    for action in scenario.actions:
        for symbols_of in used.values():
            if action.cash and action.token in symbols_of:
                symbols_of[action.cash] = None
    return {name: list(symbols) for name, symbols in used.items()}


def transactions(scenario: Scenario) -> int:
    """About how many transactions a replay takes, for a progress bar."""
    allowances = sum(map(len, tokens_by_party(scenario).values()))
    each_trade = 4 * len(scenario.trades)
    acts = len(scenario.events) + 4 * len(scenario.actions)
    return 2 * allowances + len(scenario.fixings) + each_trade + acts
