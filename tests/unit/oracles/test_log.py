# SPDX-License-Identifier: MIT
"""Lines of a log: their form, and that they have no secret."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from hexbytes import HexBytes
from pydantic import SecretBytes, SecretStr

from oracles.log import configure

KEY = "0x" + "5e" * 32


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def lines(say: Callable[[Any], object], **options: Any) -> list[str]:
    """What is logged by `say`, by default as JSON."""
    stream = options.setdefault("stream", StringIO())
    configure(**options)
    say(structlog.get_logger())
    text: str = stream.getvalue()
    assert text.endswith("\n")
    return text.splitlines()


def fields(say: Callable[[Any], object], **options: Any) -> dict[str, Any]:
    """The fields of the one JSON line, without its time."""
    (line,) = lines(say, **options)
    content: dict[str, Any] = json.loads(line)
    written = datetime.fromisoformat(content.pop("timestamp"))
    assert abs(written - datetime.now(UTC)) < timedelta(minutes=1)
    return content


# ---------------------------------------------------------------------- form


def test_log__no_terminal__is_json_in_order() -> None:
    (line,) = lines(
        lambda log: log.info(
            "published", key="BUND", value=Decimal("98.811"), day=date(2023, 4, 19), count=1
        )
    )
    assert re.fullmatch(
        r'{"timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "level": "info", '
        r'"event": "published", "key": "BUND", "value": "98.811", "day": "2023-04-19", "count": 1}',
        line,
    )


def test_log__error_with_line_breaks__is_one_line() -> None:
    def say(log: Any) -> None:
        try:
            raise ValueError("a\nb\u2028c\x1b[31m")
        except ValueError as error:
            log.exception("failed", error=error, paths=[Path("a"), {"b": (Path("c"), None)}])

    found = fields(say)
    assert found.pop("exception").startswith("Traceback (most recent call last):\n")
    assert found == {
        "level": "error",
        "event": "failed",
        "error": "a\nb\u2028c\x1b[31m",
        "paths": ["a", {"b": ["c", None]}],
    }


def test_log__debug__is_left_out() -> None:
    stream = StringIO()
    configure(stream=stream)
    structlog.get_logger().debug("nobody asks")
    assert stream.getvalue() == ""


def test_log__context__is_in_every_line() -> None:
    with structlog.contextvars.bound_contextvars(date="2023-04-19"):
        found = fields(lambda log: log.warning("late"))
    assert found == {"level": "warning", "event": "late", "date": "2023-04-19"}


def test_log__terminal__is_for_a_person_and_plain() -> None:
    (line,) = lines(
        lambda log: log.info("published", key="BUND", text="a\nb\x1b[31m"), stream=Terminal()
    )
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info: published "
        r"\(key=BUND, text='a\\nb\\x1b\[31m'\)",
        line,
    )
    (line,) = lines(lambda log: log.info("done"), stream=Terminal())
    assert line.endswith("Z info: done")


def test_log__terminal_and_json__is_json() -> None:
    found = fields(lambda log: log.info("done"), stream=Terminal(), as_json=True)
    assert found == {"level": "info", "event": "done"}


def test_log__nothing_said__is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    structlog.get_logger().info("done")
    out, err = capsys.readouterr()
    assert (out, json.loads(err)["event"]) == ("", "done")


# ---------------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    "given",
    [
        {"password": "horse"},
        {"Password": ["horse"]},
        {"private_key": KEY},
        {"key": KEY},
        {"key": KEY[2:]},
        {"key": HexBytes(KEY)},
        {"any": SecretStr("horse")},
        {"any": SecretBytes(b"horse")},
        {"crypto": {"ciphertext": "horse"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("stream", [StringIO, Terminal])
def test_log__secret_field__is_masked(
    given: dict[str, Any], stream: Callable[[], StringIO]
) -> None:
    (name,) = given
    (line,) = lines(lambda log: log.info("done", **given), stream=stream())
    assert f'"{name}": "***"' in line or f"{name}=***" in line
    assert "horse" not in line
    assert "5e5e" not in line


def test_log__deep_secret__is_masked_alone() -> None:
    found = fields(lambda log: log.info("done", file={"path": "x", "list": [{"mac": "horse"}]}))
    assert found["file"] == {"path": "x", "list": [{"mac": "***"}]}


def test_log__keys_of_fixings_and_hashes__are_shown() -> None:
    found = fields(lambda log: log.info("sent", key="EURUSD", transaction=HexBytes(KEY)))
    assert (found["key"], found["transaction"]) == ("EURUSD", KEY)


def test_log__known_secrets__are_masked_in_texts_and_errors() -> None:
    def say(log: Any) -> None:
        try:
            raise ValueError(f"horse and {KEY}")
        except ValueError:
            log.exception(f"no horses: {KEY[2:]}", path=Path("/horse/x"), content=b"\x5e" * 32)

    secrets = [SecretStr(KEY), SecretStr("horse"), SecretStr("horses"), SecretStr("")]
    found = fields(say, secrets=secrets)
    assert (found["event"], found["path"]) == ("no ***: ***", "/***/x")
    assert found["content"] == "***"
    assert found["exception"].endswith("ValueError: *** and ***")


def test_log__known_secret_of_another_case__is_masked() -> None:
    found = fields(lambda log: log.info("done", text=KEY.upper()), secrets=[SecretStr(KEY)])
    assert found["text"] == "***"
