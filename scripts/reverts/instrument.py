# SPDX-License-Identifier: MIT
"""Has a contract's source call an address of its own at each way to revert."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIRST_ADDRESS = 0x7E_0000
"""What the first site calls when it reverts; the next has the next address."""

FOUND = "found"
"""Folder in the copy of the checkout where the plugin writes."""

MOST = 1_000
"""Sites. So much later come the addresses of what may revert next, and of what did not."""

HIT = f"""\
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

library Hit {{
    function at(uint256 number) internal pure returns (bool) {{
        function(uint256) view looking = _call;
        function(uint256) pure blind;
        assembly ("memory-safe") {{
            blind := looking
        }}
        blind(number);
        return true;
    }}

    function _call(uint256 n) private view {{
        assembly ("memory-safe") {{
            pop(staticcall(gas(), add({FIRST_ADDRESS}, n), 0, 0, 0, 0))
        }}
    }}
}}
"""

PASSED_ON = "(passed on)"
"""The error of a revert in assembly, which is whatever a call came back with."""

UNNAMED = "(none)"
"""The error of what has no name that a test could assert."""

# In comments and strings nothing reverts.
_SILENT = re.compile(r'//[^\n]*|/\*.*?\*/|(?P<string>"(?:\\.|[^"\\\n])*")', re.DOTALL)
_SITE = re.compile(
    r"\brevert\s+(?P<error>[\w.]+)\s*\("
    r"|\b(?:revert|require|assert)\s*\("
    r"|\b(?P<condition>if)\s*\("
    r"|(?<!function )(?P<before>\breturn |\b\w+ \w+ = )?"
    r"\b(?:\w+\.)?(?P<guard>_?require[A-Z]\w*)\s*\("
)
_REVERTS = re.compile(r"\s*\{?\s*revert\s+(?:\w+\.)?(\w+)")


@dataclass(frozen=True)
class Site:
    """A way to revert: a statement that does, an alternative of its condition, or the call of a
    function `require...`.
    """

    file: str
    line: int
    name: str

    def says(self, error: str) -> bool:
        """Whether a test that expected `error` and came by this statement asserted its error."""
        return self.name in (error, PASSED_ON)


def instrument(source: str, file: str, first: int) -> tuple[str, list[Site]]:
    """The source in which every site tells its number, counted from `first`, and these sites.

    Every line stays in its place.
    """
    sites: list[Site] = []
    pieces, done = [], 0
    for start, end, name, rewritten in _found(source):
        line = source.count("\n", 0, start) + 1
        pieces += [source[done:start], rewritten(source[start:end], first + len(sites))]
        sites.append(Site(file, line, " ".join(name.split())))
        done = end
    return "".join([*pieces, source[done:]]), sites


def _found(source: str) -> Iterator[tuple[int, int, str, Callable[[str, int], str]]]:
    """From where to where each site is, its name, and what is to stand in its place."""
    code = _SILENT.sub(
        lambda found: re.sub(r"[^\n]", "." if found["string"] else " ", found[0]), source
    )
    for found in _SITE.finditer(code):
        start, end = found.start(), _closing(code, found.end() - 1)
        statement = re.compile(r"\s*;").match(code, end)
        if found["condition"]:
            spans = _alternatives(code, found.end(), end - 1)
            if (reverts := _REVERTS.match(code, end)) and len(spans) > 1:
                for start, end in spans:
                    yield start, end, f"{reverts[1]} if {source[start:end]}", _alternative
        elif not statement:
            yield start, end, PASSED_ON, _assembly
        elif found["guard"]:
            yield start, statement.end(), found["guard"] + "()", _call
        else:
            error = (found["error"] or UNNAMED).rpartition(".")[2]
            yield start, statement.end(), error, _statement


def _closing(code: str, opening: int) -> int:
    """The index after the parenthesis that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return at + 1
    raise ValueError("a parenthesis is never closed")


def _alternatives(code: str, start: int, end: int) -> list[tuple[int, int]]:
    """From where to where each operand of `||` is, without the space around it."""
    found, depth, begin = [], 0, start
    for at in range(start, end + 1):
        depth += {"(": 1, ")": -1}.get(code[at], 0) if at < end else 0
        if at == end or (depth == 0 and code.startswith("||", at)):
            text = code[begin:at]
            found.append((at - len(text.lstrip()), begin + len(text.rstrip())))
            begin = at + 2
    return found


def _statement(text: str, number: int) -> str:
    return f"{{ Hit.at({number}); {text} }}"


def _alternative(text: str, number: int) -> str:
    return f"({text}) && Hit.at({MOST + number})"


def _call(text: str, number: int) -> str:
    before, after = f"Hit.at({MOST + number});", f"Hit.at({2 * MOST + number});"
    if text.startswith("return "):
        return f"{{ {before} {text.removeprefix('return ')} {after} return; }}"
    declares = re.match(r"\w+ \w+ =", text)
    return f"{before} {text} {after}" if declares else f"{{ {before} {text} {after} }}"


def _assembly(text: str, number: int) -> str:
    """The call empties the return data, so it comes when the size, which is the last argument and
    computed first, is known.
    """
    offset, size = text.removeprefix("revert(").split(",", 1)
    call = f"staticcall(gas(), {FIRST_ADDRESS + number}, 0, 0, 0, 0)"
    return f"revert(add({offset}, sub({call}, 1)),{size}"
