# SPDX-License-Identifier: MIT
"""One document over HTTP, bounded in time, tries and size.

An error says nothing of headers, path or query: keys of vendors stand there.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping

import httpx
from pydantic import BaseModel, ConfigDict, Field
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)


class Limits(BaseModel):
    """What a download may take."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect_seconds: float = Field(5, gt=0)
    read_seconds: float = Field(10, gt=0)
    """Between two pieces of the answer."""
    total_seconds: float = Field(30, gt=0)
    """For all tries and the waits between them."""
    retries: int = Field(3, ge=0)
    """Tries after the first; after no connection, a time-out, 429 or 5xx."""
    backoff_seconds: float = Field(0.5, gt=0)
    """The longest wait before the second try; it doubles with each, and chance picks below it."""
    max_bytes: int = Field(10_000_000, gt=0)
    """Of the document, unpacked."""
    redirects: bool = False
    """Whether to follow them, up to five; never from https to http."""


class DownloadError(Exception):
    """There is no document; says why."""


class NotFound(DownloadError):
    """The server has no such document."""


class _PassingError(DownloadError):
    """It may work at the next try."""


def download(url: str, headers: Mapping[str, str], limits: Limits) -> bytes:
    """Return the document at `url`, unpacked where the server packs it. Raises DownloadError.

    `headers` go to the server of `url` only, not to one that it redirects to. Not to be called from
    a running event loop: it starts its own, where one time-out covers all that is waited for.
    """
    return asyncio.run(_download(httpx.URL(url), dict(headers), limits))


async def _download(url: httpx.URL, headers: dict[str, str], limits: Limits) -> bytes:
    async def leave(request: httpx.Request) -> None:
        here = request.url
        if url.scheme == "https" and here.scheme != "https":
            raise DownloadError("redirects from https to http")
        if (here.scheme, here.host, here.port) != (url.scheme, url.host, url.port):
            for name in headers:
                request.headers.pop(name, None)

    client = httpx.AsyncClient(
        headers={"accept-encoding": "gzip"} | headers,
        timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
        follow_redirects=limits.redirects,
        max_redirects=5,
        event_hooks={"request": [leave]},
    )
    tries = AsyncRetrying(
        retry=retry_if_exception_type(_PassingError),
        stop=stop_after_attempt(1 + limits.retries) | stop_before_delay(limits.total_seconds),
        wait=wait_random_exponential(multiplier=limits.backoff_seconds),
        reraise=True,
    )
    try:
        async with asyncio.timeout(limits.total_seconds), client:
            return await tries(_fetch, client, url, limits.max_bytes)
    except TimeoutError:
        raise DownloadError(f"no whole answer within {limits.total_seconds:g} s") from None


async def _fetch(client: httpx.AsyncClient, url: httpx.URL, max_bytes: int) -> bytes:
    """One try. What went wrong is named by kind: the errors' own texts may show headers."""
    try:
        async with client.stream("GET", url) as response:
            _check_status(response)
            return await _body(response, max_bytes)
    except httpx.TimeoutException:
        raise _PassingError("no answer in time") from None
    except httpx.ConnectError:
        raise _PassingError("no connection") from None
    except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError):
        raise _PassingError("the connection broke off") from None
    except httpx.HTTPError as error:
        raise DownloadError(f"cannot be asked ({type(error).__name__})") from None


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if response.has_redirect_location:
        raise DownloadError(f"redirects ({status}), which is not allowed")
    if status == httpx.codes.NOT_FOUND:
        raise NotFound("answered 404")
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise _PassingError(f"answered {status}")
    if status != httpx.codes.OK:
        raise DownloadError(f"answered {status}")


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    """What `response` holds. No more of it than `max_bytes` is ever unpacked."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise DownloadError("is packed in a way that was not asked for")
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if encoding == "gzip" else None
    body = bytearray()
    async for piece in response.aiter_raw():
        try:
            body += gzip.decompress(piece, max_bytes + 1 - len(body)) if gzip else piece
        except zlib.error:
            raise DownloadError("is no gzip") from None
        if len(body) > max_bytes:
            raise DownloadError(f"is larger than {max_bytes} bytes")
        if gzip and gzip.unused_data:
            raise DownloadError("goes on after the end of its gzip")
    if gzip and not gzip.eof:
        raise _PassingError("the connection broke off")
    return bytes(body)
