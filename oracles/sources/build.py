# SPDX-License-Identifier: MIT
"""A source out of its options, as a configuration has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter
from web3 import HTTPProvider, Web3
from web3.exceptions import Web3Exception

from oracles.sources import Source, SourceError, ecb
from oracles.sources.chainlink import ChainlinkSource
from oracles.sources.download import Limits
from oracles.sources.ecb import EcbSource
from oracles.sources.folder import FolderSource
from oracles.sources.http import HttpSource
from oracles.sources.us_stocks import UsStocksSource
from tanpo.chain.web3 import Web3Chain


class Options(BaseModel):
    """What the options of every kind have in common. Errors do not show values: some are secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FolderOptions(Options):
    """Of `FolderSource`."""

    kind: Literal["folder"]
    path: Path


class EcbOptions(Options):
    """Of `EcbSource`."""

    kind: Literal["ecb"]
    cache: Path | None = None
    url: str = ecb.URL
    limits: Limits = Limits()


class UsStocksOptions(Options):
    """Of `UsStocksSource`."""

    kind: Literal["us_stocks"]


class HttpOptions(Options):
    """Of `HttpSource`."""

    kind: Literal["http"]
    url: str
    value: str
    observed: str | None = None
    headers: dict[str, SecretStr] = {}
    limits: Limits = Limits()


class ChainlinkOptions(Options):
    """Of `ChainlinkSource`."""

    kind: Literal["chainlink"]
    node: SecretStr
    """Address of a node of the feeds' chain; providers put their keys in it."""
    feeds: dict[str, str]
    most_rounds: int = Field(1_000, gt=0)


_AnyOptions = FolderOptions | EcbOptions | UsStocksOptions | HttpOptions | ChainlinkOptions
_READER: TypeAdapter[_AnyOptions] = TypeAdapter(
    Annotated[_AnyOptions, Field(discriminator="kind")],
    config=ConfigDict(hide_input_in_errors=True),
)


def build(name: str, options: Mapping[str, Any]) -> Source:
    """Make the source that `options` describe; their `kind` says which.

    Raises ValueError for options that are unknown, missing or malformed, and SourceError where the
    node of a chain does not answer.
    """
    match _READER.validate_python(dict(options)):
        case FolderOptions() as read:
            return FolderSource(name, read.path)
        case EcbOptions() as read:
            return EcbSource(name, read.cache, read.url, read.limits)
        case UsStocksOptions():
            return UsStocksSource(name)
        case HttpOptions() as read:
            return _http(name, read)
        case ChainlinkOptions() as read:
            return _chainlink(name, read)


def _http(name: str, options: HttpOptions) -> Source:
    headers = {key: secret.get_secret_value() for key, secret in options.headers.items()}
    return HttpSource(name, options.url, options.value, options.observed, headers, options.limits)


def _chainlink(name: str, options: ChainlinkOptions) -> Source:
    provider = HTTPProvider(options.node.get_secret_value(), exception_retry_configuration=None)
    try:
        chain = Web3Chain(Web3(provider))
    except (OSError, Web3Exception) as error:
        raise SourceError(f"{name}: the node does not answer ({type(error).__name__})") from None
    return ChainlinkSource(name, chain, options.feeds, options.most_rounds)
