# SPDX-License-Identifier: MIT
"""A devnet's node for one test module."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

_ANVIL = Path(sys.prefix) / "bin" / "anvil"
_PATIENCE_SECONDS = 30

# anvil's first account (of the mnemonic that it documents).
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


@contextmanager
def anvil(*options: str) -> Iterator[str]:
    """The URL of a new node, which is stopped afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = ["--host", "127.0.0.1", "--port", str(port)]
    command = [_ANVIL, *place, "--silent", "--prune-history", *options]
    node = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, node)
        yield url
    finally:
        node.terminate()
        node.wait(timeout=_PATIENCE_SECONDS)


def _wait_for(url: str, node: subprocess.Popen[bytes]) -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}'
    request = Request(url, body, {"Content-Type": "application/json"})
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        assert node.poll() is None, "anvil ended at once"
        try:
            with urlopen(request, timeout=1):
                return
        except (URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < deadline, "anvil does not answer"
            time.sleep(0.05)
