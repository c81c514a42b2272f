# SPDX-License-Identifier: MIT
"""A vendor's server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(body: bytes | str = b"", status: int = 200, **headers: str) -> Answer:
    """A whole answer; `location` and `content_encoding` are headers."""
    content = body.encode() if isinstance(body, str) else body

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"content_length": str(len(content))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return write


class Vendor(ThreadingHTTPServer):
    """Gives its `answers` in turn, the last again and again, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.by_path: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        """No answer until the test is over."""
        self.closing.wait(10)


class _Handler(BaseHTTPRequestHandler):
    server: Vendor

    def do_GET(self) -> None:
        vendor = self.server
        vendor.asked.append(self.path)
        vendor.headers.append({name.lower(): value for name, value in self.headers.items()})
        found = vendor.by_path.get(self.path)
        if found is None:
            found = vendor.answers.pop(0) if len(vendor.answers) > 1 else vendor.answers[0]
        with suppress(ConnectionError):
            found(self)

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Vendor]]:
    """Starts a server each time."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:

        def start() -> Vendor:
            vendor = stack.enter_context(Vendor())
            thread = threading.Thread(target=vendor.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(vendor.shutdown)
            stack.callback(vendor.closing.set)
            return vendor

        yield start


@pytest.fixture
def vendor(vendors: Callable[[], Vendor]) -> Vendor:
    return vendors()
