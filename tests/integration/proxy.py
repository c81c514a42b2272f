# SPDX-License-Identifier: MIT
"""A node behind a line that can be cut, and that can lose transactions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

_SEND = "eth_sendRawTransaction"


class Line:
    """The way to the node at `target`."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.url = ""
        self.is_cut = False
        self.cut_after: int | None = None
        """After so many transactions; the last one's answer is lost, not the transaction."""
        self.lost = 0
        """So many transactions that the node says it has taken never get further."""
        self.sent = 0

    def answer(self, body: bytes) -> bytes | None:
        """None: nothing comes back."""
        if self.is_cut:
            return None
        request = json.loads(body)
        if isinstance(request, dict) and request["method"] == _SEND:
            self.sent += 1
            if self.lost:
                self.lost -= 1
                made_up = {"jsonrpc": "2.0", "id": request["id"], "result": "0x" + "12" * 32}
                return json.dumps(made_up).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(self._target, body, headers), timeout=30) as reply:
            found: bytes = reply.read()
        if self.cut_after is not None and self.sent >= self.cut_after:
            self.cut_after, self.is_cut = None, True
            return None
        return found


@contextmanager
def line_to(target: str) -> Iterator[Line]:
    """A line to a node, open."""
    line = Line(target)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reply = line.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if reply is not None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        line.url = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield line
        finally:
            server.shutdown()
