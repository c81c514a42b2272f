# SPDX-License-Identifier: MIT
"""`tanpo feed` on ape's network: `ape run feed --network ethereum:local:foundry --date 2023-04-19`.

All options are those of `tanpo feed`, but for the node, which is ape's.
"""

from __future__ import annotations

from typing import Any

import click
from ape import networks
from ape.cli import ConnectedProviderCommand, network_option
from ape.logging import LogLevel, logger

from oracles.command import feed, run_feed
from tanpo.chain.web3 import Web3Chain

logger.set_level(LogLevel.WARNING)  # ape tells of its node on standard output, where values go


class _Feed(ConnectedProviderCommand):
    """With the options of `tanpo feed`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [option for option in feed.params if option.name != "rpc"]


@click.command(cls=_Feed)
@network_option()
def cli(**options: Any) -> None:
    """Read a business date from the sources, check it, sign what agrees, have it published."""
    run_feed(rpc=None, chain=Web3Chain(networks.provider.web3), **options)
