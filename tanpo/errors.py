# SPDX-License-Identifier: MIT
"""How commands refuse."""

from __future__ import annotations

import click


class InputError(click.ClickException):
    """What the user gave cannot be used; nothing has been run."""

    exit_code = 2
