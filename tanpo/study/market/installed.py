# SPDX-License-Identifier: MIT
"""Data files of installed packages, which are read without importing the packages."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tanpo.errors import InputError


def installed_file(package: str, file: str) -> bytes:
    """Return the content of a file that the installed `package` brings along.

    Raises InputError where the package is not installed or the file cannot be read.
    """
    try:
        return Path(str(distribution(package).locate_file(file))).read_bytes()
    except PackageNotFoundError:
        raise InputError(f"the package {package} is not installed") from None
    except OSError as error:
        reason = f"cannot read {file} of the package {package}: {error.strerror}"
        raise InputError(reason) from None
