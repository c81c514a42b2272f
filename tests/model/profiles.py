# SPDX-License-Identifier: MIT
"""How much hypothesis tries: `ci` by default, `--hypothesis-profile=nightly` for much more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# Building the world, once, takes longer than a case may.
_COMMON = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    print_blob=True,
)


def load(config: pytest.Config) -> None:
    """Register the profiles and load `ci` where the command line names none."""
    settings.register_profile("ci", _COMMON, max_examples=400, derandomize=True)
    settings.register_profile("nightly", _COMMON, max_examples=20_000)
    settings.load_profile(config.getoption("--hypothesis-profile") or "ci")


def examples(share: float) -> int:
    """That share of the profile's examples, for tests whose examples take longer or less."""
    assert settings.default is not None
    return max(1, round(settings.default.max_examples * share))
