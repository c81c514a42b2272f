# SPDX-License-Identifier: MIT
"""Deploys the platform with its roles: the one deployer of tests, scripts and `tanpo run`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eth_account.signers.local import LocalAccount
from eth_utils.address import is_address, to_checksum_address

from tanpo.chain.abi import Reverted
from tanpo.chain.base import Chain, Contract, Receipt
from tanpo.instrument import Instrument, Kind
from tanpo.report import Correction, Observation, Report
from tanpo.units import date_number

TOKEN_ADMINISTRATOR, FEEDER, ENFORCER = 1, 2, 3
"""The roles of Roles.sol."""

MAX_AGE_DAYS = 7
"""A fixing may have been observed up to a week before its business date: the longest run of
holidays of the markets that are served, Japan's Golden Week, with its weekend."""


@dataclass(frozen=True)
class Consensus:
    """How many feeders must sign a value, and what counts as an outlier (IFixings.sol)."""

    quorum: int = 1
    outlier_quorum: int = 1
    price_bps: int = 2_000
    """Of the last price: 20 %, about what an exchange lets a stock move before it halts it."""
    pair_bps: int = 500
    """Of the last rate of exchange: 5 %, more than a day has moved EURUSD or USDJPY since 1999."""
    rate_bps: int = 100
    """Basis points between two reference rates: more than a central bank's usual largest step."""

    @property
    def bounds(self) -> tuple[int, int, int]:
        """`Bounds`."""
        return (self.price_bps, self.pair_bps, self.rate_bps)


ESCROW_PARTS = ("Registry", "Lifecycle", "Failures", "NettingSets", "CorporateActions")
"""The contracts whose code the escrow runs on its own storage."""

_ENFORCEMENT = (
    "forcedTransfer",
    "setFrozenTokens",
    "setEligibility",
    "pause",
    "unpause",
    "recover",
)
"""What the enforcer may do to a token."""

_CONTRACTS = ("roles", "fixings", "escrow")


class ManifestError(ValueError):
    """The deployment manifest cannot be used; says why."""


@dataclass(frozen=True)
class Manifest:
    """Where a deployment is: what scripts write, and `tanpo` and the feeders read."""

    chain_id: int
    roles: str
    fixings: str
    escrow: str
    block: int = 0
    """No block before this one has anything of it."""

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read what `write` wrote; raises ManifestError."""
        try:
            manifest = cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise ManifestError(f"{path}: not a deployment manifest: {error}") from None
        if not isinstance(manifest.block, int) or manifest.block < 0:
            raise ManifestError(f"{path}: block is not a number: {manifest.block}")
        for name in _CONTRACTS:
            address = getattr(manifest, name)
            if not is_address(address):
                raise ManifestError(f"{path}: {name} is not an address: {address}")
        roles, fixings, escrow = (
            to_checksum_address(getattr(manifest, name)) for name in _CONTRACTS
        )
        return replace(manifest, roles=roles, fixings=fixings, escrow=escrow)


@dataclass(frozen=True)
class Platform:
    """The contracts of a deployment, and the account that holds the roles."""

    chain: Chain
    administrator: LocalAccount
    roles: Contract
    fixings: Contract
    escrow: Contract

    @classmethod
    def deploy(
        cls,
        chain: Chain,
        administrator: LocalAccount,
        max_age_days: int = MAX_AGE_DAYS,
        *,
        token_administrator: str | None = None,
        feeders: Sequence[str] = (),
        enforcer: str | None = None,
        consensus: Consensus | None = None,
    ) -> Platform:
        """Deploy everything and give the roles, by default to `administrator`."""
        roles = Contract.deploy(chain, administrator, "Roles", administrator.address)
        agreed = consensus or Consensus()
        fixings = Contract.deploy(
            chain,
            administrator,
            "Fixings",
            roles.address,
            max_age_days,
            agreed.quorum,
            agreed.outlier_quorum,
            agreed.bounds,
        )
        parts = [
            Contract.deploy(chain, administrator, name, roles.address, fixings.address).address
            for name in ESCROW_PARTS
        ]
        core = Contract.deploy(
            chain, administrator, "Escrow", roles.address, fixings.address, *parts
        )
        escrow = Contract(chain, "IEscrow", core.address)
        platform = cls(chain, administrator, roles, fixings, escrow)
        fixings.send(administrator, "setEscrow", escrow.address)
        of_issuers = ("list", "declare", "bookSeizure", "bookSetSeizure")
        platform._restrict(escrow, TOKEN_ADMINISTRATOR, *of_issuers)
        platform.grant(TOKEN_ADMINISTRATOR, token_administrator or administrator.address)
        platform.grant(ENFORCER, enforcer or administrator.address)
        for feeder in feeders or [administrator.address]:
            platform.grant(FEEDER, feeder)
        return platform

    @classmethod
    def at(cls, chain: Chain, administrator: LocalAccount, manifest: Manifest) -> Platform:
        """The deployment of `manifest`; raises ManifestError where that is of another chain."""
        if manifest.chain_id != chain.chain_id:
            raise ManifestError(
                f"the manifest is of chain {manifest.chain_id}, this is chain {chain.chain_id}"
            )
        platform = cls(
            chain,
            administrator,
            Contract(chain, "Roles", manifest.roles),
            Contract(chain, "Fixings", manifest.fixings),
            Contract(chain, "IEscrow", manifest.escrow),
        )
        try:
            fixings = platform.escrow.call("FIXINGS")
        except Reverted:
            raise ManifestError(f"there is no escrow at {manifest.escrow}") from None
        if fixings != manifest.fixings:
            raise ManifestError(f"the escrow reads {fixings}, not {manifest.fixings}")
        return platform

    def manifest(self) -> Manifest:
        """Where this deployment is."""
        return Manifest(
            self.chain.chain_id,
            self.roles.address,
            self.fixings.address,
            self.escrow.address,
        )

    def grant(self, role: int, address: str) -> None:
        """Give `address` a role, at once."""
        self.roles.send(self.administrator, "grantRole", role, address, 0)

    def publish(
        self,
        date: int,
        observations: Iterable[Observation],
        feeders: Sequence[LocalAccount] = (),
    ) -> Receipt:
        """Publish values of a business date, signed by `feeders` (default: the administrator)."""
        ordered = sorted(observations, key=lambda each: each.key)
        return self._bring("publish", Report(date, tuple(ordered)), feeders)

    def correct(self, correction: Correction, feeders: Sequence[LocalAccount] = ()) -> Receipt:
        """Replace a published value, signed by `feeders` (default: the administrator)."""
        return self._bring("correct", correction, feeders)

    def deploy_feed(self, key: bytes, description: str) -> Contract:
        """Deploy a view of one key's fixings by Chainlink's AggregatorV3Interface."""
        return Contract.deploy(
            self.chain,
            self.administrator,
            "FixingFeed",
            self.fixings.address,
            key,
            description,
        )

    def issue_instrument(self, instrument: Instrument) -> Contract:
        """Deploy the token of `instrument` and list it."""
        authority = self.roles.address
        name = _name(instrument.symbol)
        common = (
            authority,
            name,
            name,
            instrument.decimals,
            instrument.currency.encode(),
        )
        if instrument.kind is Kind.CASH:
            token = Contract.deploy(self.chain, self.administrator, "CashToken", *common)
        else:
            isin = (instrument.isin or "").encode().ljust(12, b"\0")
            maturity = date_number(instrument.maturity) * 86_400 if instrument.maturity else 0
            token = Contract.deploy(
                self.chain, self.administrator, "SecurityToken", *common, isin, maturity
            )
        self._restrict(token, TOKEN_ADMINISTRATOR, "issue", "redeem")
        self._restrict(token, ENFORCER, *_ENFORCEMENT)
        self.list(token.address, instrument)
        return token

    def deploy_eligibility(self) -> Contract:
        """Deploy a register of holders, kept by the enforcer, for tokens to refer to."""
        register = Contract.deploy(
            self.chain, self.administrator, "Eligibility", self.roles.address
        )
        self._restrict(register, ENFORCER, "admit", "exclude")
        return register

    def list(self, token: str, instrument: Instrument) -> None:
        """Enter `token` in the escrow's list as `instrument`."""
        self.escrow.send(
            self.administrator,
            "list",
            token,
            instrument.kind,
            instrument.currency.encode(),
            instrument.lot,
        )

    def _bring(
        self, function: str, signed: Report | Correction, feeders: Sequence[LocalAccount]
    ) -> Receipt:
        place = (self.chain.chain_id, self.fixings.address)
        signatures = [
            (feeder.address, signed.sign(feeder, *place))
            for feeder in feeders or [self.administrator]
        ]
        return self.fixings.send(self.administrator, function, signed.as_tuple(), signatures)

    def _restrict(self, contract: Contract, role: int, *functions: str) -> None:
        """Let only `role` call `functions`."""
        selectors = [contract.interface.selector_of(name) for name in functions]
        self.roles.send(
            self.administrator, "setTargetFunctionRole", contract.address, selectors, role
        )


def _name(symbol: str) -> str:
    """As much of `symbol` as a token's name can hold: 31 bytes (OpenZeppelin's `EIP712`)."""
    return symbol.encode()[:31].decode(errors="ignore")
