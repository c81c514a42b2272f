# SPDX-License-Identifier: MIT
"""Tells of every way to revert in contracts/ whether a unit test asserts its exact error.

`make reverts`. A copy of the checkout is compiled in which each such way calls an address of its
own (instrument.py). The unit tests run on it, and a plugin listens at those addresses (plugin.py).
A revert counts as asserted where a test passed that came by it while it expected an error of that
name; then so do the alternative of its condition that held, and the calls that led to it of
functions `require...`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from os.path import relpath
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.reverts.instrument import FOUND, HIT, Site, instrument

ROOT = Path(__file__).resolve().parents[2]

SCRATCH = ROOT / "out" / "reverts"
"""Not below .build: there ape sees no contracts."""

TOO_LARGE = "tests/unit/escrow/test_gas.py::test_code__of_a_contract_to_deploy__fits"
"""Is not true of the copy's contracts."""

UNIT_TESTS = ["-n", "2", "tests/unit", "--deselect", TOO_LARGE]

UNREACHABLE = {
    "contracts/lifecycle/Verbs.sol BadParties if to == address(0)": (
        "who comes in must agree or call, and the zero address can do neither"
    ),
}
"""What no transaction can come by, by file and name, with the reason."""


def copy() -> list[Site]:
    """Copy the checkout with its contracts instrumented and compiled; the reverts in them."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    texts = {
        name: (ROOT / name).read_bytes()
        for name in sorted(names.splitlines())
        if (ROOT / name).is_file()
    }
    sites: list[Site] = []
    for name in texts:
        if name.startswith("contracts/") and not name.startswith("contracts/mocks/"):
            source, found = instrument(texts[name].decode(), name, len(sites))
            if found:
                library = relpath("contracts/Hit.sol", Path(name).parent)
                texts[name] = f'{source}import {{Hit}} from "./{library}";\n'.encode()
                sites += found
    texts["contracts/Hit.sol"] = HIT.encode()
    _write(texts)
    return sites


def _write(texts: dict[str, bytes]) -> None:
    """Have these files in the copy, and compile their contracts where they are others."""
    contracts = repr([each for each in texts.items() if each[0].startswith(("contracts/", "ape-"))])
    digest, stamp = sha256(contracts.encode()).hexdigest(), SCRATCH / "compiled"
    compiled = stamp.is_file() and stamp.read_text() == digest
    for old in ("oracles", "scripts", "tanpo", "tests", FOUND) if compiled else ("",):
        shutil.rmtree(SCRATCH / old, ignore_errors=True)
    for name, text in texts.items():
        path = SCRATCH / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    (SCRATCH / FOUND).mkdir()
    if not compiled:
        for link in (".venv", "node_modules"):
            (SCRATCH / link).symlink_to(ROOT / link)
        ape = [f"{Path(sys.executable).parent}/ape", "compile", "--force", "-v", "WARNING"]
        if subprocess.run(ape, cwd=SCRATCH).returncode:
            sys.exit("the instrumented contracts do not compile")
        stamp.write_text(digest)


def asserted(sites: list[Site]) -> Counter[Site]:
    """By how many of the tests that passed each site's error was asserted."""
    count: Counter[Site] = Counter()
    for file in (SCRATCH / FOUND).iterdir():
        for line in file.read_text().splitlines():
            found = set()
            for revert, guards, error in json.loads(line):
                if sites[revert].says(error):
                    found |= {revert, *guards}
            count.update(sites[number] for number in found)
    return count


def report(sites: list[Site], count: Counter[Site]) -> bool:
    """Print the table, the uncovered first; whether every site is covered or excused."""
    table = Table("where", "what", "tests", box=None)
    excuses = {site: UNREACHABLE.get(f"{site.file} {site.name}", "") for site in sites}
    for site in sorted(sites, key=lambda site: (count[site], site.file, site.line)):
        tests = str(count[site] or excuses[site] or 0)
        table.add_row(f"{site.file}:{site.line}", site.name, tests)
    covered = sum(count[site] > 0 for site in sites)
    excused = sum(count[site] == 0 and excuses[site] != "" for site in sites)
    console = Console(width=160)
    console.print(table)
    console.print(f"{covered} of {len(sites)} ways to revert asserted by their exact error")
    console.print(f"{excused} more cannot be reached")
    return covered + excused == len(sites)


def main() -> None:
    """Copy, test, report; exit with 1 where a test fails or a revert is not asserted."""
    sites = copy()
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "scripts.reverts.plugin"]
    tests = subprocess.run([*pytest, *(sys.argv[1:] or UNIT_TESTS)], cwd=SCRATCH)
    complete = report(sites, asserted(sites))
    sys.exit(tests.returncode or not complete)


if __name__ == "__main__":
    main()
