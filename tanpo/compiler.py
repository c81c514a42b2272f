# SPDX-License-Identifier: MIT
"""Makes the Solidity compiler available where the tools look: `python -m tanpo.compiler`.

ape-solidity asks py-solc-x for a native compiler in `~/.solcx`, and py-solc-x would download it.
The npm package `solc` is that compiler in WebAssembly and comes with the other dependencies, so a
launcher in that place starts it, or a native compiler of the same version where there is one.

Either way the launcher shows the compiler this checkout's node_modules: ape compiles a copy of
contracts/ alone, in a temporary folder.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import solcx

VERSION = "0.8.34"
"""The newest release that ape, forge and every analyser accept."""

LONG_VERSION = f"{VERSION}+commit.80d5c536"

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "solc.js"
"""The compiler's command line over the npm package; it finds the package in its own checkout."""

CHECKOUT = SCRIPT.parents[1]

_MARK = "# tanpo's launcher of solc"

# The version is answered here because ape asks for it often and WebAssembly takes 0.4 s to load.
# The optimiser recurses deeply with `via_ir`: V8's usual 1 MB of stack is too near.
_LAUNCHER = """\
#!/bin/sh
{mark}: written by python -m tanpo.compiler, which rewrites it.
if [ "$1" = --version ]; then
  echo 'solc, the solidity compiler commandline interface'
  echo 'Version: {version}.Emscripten.clang'
else
  exec node --stack-size=4000 {script} "$@"
fi
"""

_NATIVE_LAUNCHER = """\
#!/bin/sh
{mark}: written by python -m tanpo.compiler, which rewrites it.
case "$*" in
  *--base-path*) exec {native} "$@" --include-path {checkout} ;;
  *) exec {native} "$@" ;;
esac
"""


class CompilerMissingError(RuntimeError):
    """Neither a native compiler nor the npm package answers with the wanted version."""


def reported_version(executable: Path) -> str | None:
    """Return what `executable --version` prints, or None where it does not run."""
    try:
        done = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def is_native(executable: Path) -> bool:
    """Whether this is a working compiler of the wanted version, and not our own launcher."""
    try:
        with executable.open("rb") as file:
            if _MARK.encode() in file.read(200):
                return False
    except OSError:
        return False
    return LONG_VERSION in (reported_version(executable) or "")


def install() -> Path:
    """Put a working compiler where py-solc-x looks and return its path. Harmless to repeat."""
    target = Path(solcx.get_solcx_install_folder()) / f"solc-v{VERSION}"
    native = _find_native(target)
    if native:
        text = _NATIVE_LAUNCHER.format(
            mark=_MARK, native=shlex.quote(str(native)), checkout=shlex.quote(str(CHECKOUT))
        )
    else:
        text = _LAUNCHER.format(mark=_MARK, version=LONG_VERSION, script=shlex.quote(str(SCRIPT)))
    if not target.is_file() or target.read_text(errors="replace") != text:
        if not native and LONG_VERSION not in (reported_version(SCRIPT) or ""):
            raise CompilerMissingError(
                f"{SCRIPT} does not answer with {LONG_VERSION}: run `npm ci`, with Node 20 or newer"
            )
        _write_launcher(target, text)
    # foundry.toml and slither name the compiler by this link.
    _replace_by_link(Path(sys.prefix) / "bin" / "solc", target)
    return target


def _find_native(target: Path) -> Path | None:
    """A native compiler: one that py-solc-x has installed, which makes room for the launcher, or
    one on the PATH.
    """
    kept = target.with_name(f"native-{VERSION}")
    if is_native(target):
        target.replace(kept)
    folders = [Path(folder) for folder in os.get_exec_path()]
    on_path = [folder / "solc" for folder in folders if folder != Path(sys.prefix) / "bin"]
    return next(filter(is_native, [kept, *on_path]), None)


def _write_launcher(target: Path, text: str) -> None:
    """Write the launcher for this checkout; another checkout's is replaced by an equal one."""
    fresh = _beside(target)
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(target)


def _replace_by_link(link: Path, destination: Path) -> None:
    if link.is_symlink() and link.readlink() == destination:
        return
    fresh = _beside(link)
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(destination)
    fresh.replace(link)


def _beside(path: Path) -> Path:
    """A name for the new file, renamed when complete: a killed set-up leaves no half of it."""
    return path.with_name(f".{path.name}.{os.getpid()}")


if __name__ == "__main__":
    print(f"solc {VERSION}: {install()}")
