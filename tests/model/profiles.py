# SPDX-License-Identifier: MIT
"""How much hypothesis tries; `--hypothesis-profile=NAME` chooses.

`ci` is the default: the same examples every time, and a failure is shown as it was found. `shrink`
tries the same and makes a failing example small, which may take minutes. `nightly` tries new and
many more: of the runs in tests/invariant, which take a twelfth of the examples with 40 actions
each, 2,667, that is more than 100,000 actions.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

# Building the world, once, takes longer than a case may.
_COMMON = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    print_blob=True,
)


def load(config: pytest.Config) -> None:
    """Register the profiles and load `ci` where the command line names none."""
    settings.register_profile("shrink", _COMMON, max_examples=1_000, derandomize=True)
    settings.register_profile(
        "ci",
        _COMMON,
        max_examples=1_000,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
    )
    settings.register_profile("nightly", _COMMON, max_examples=32_000)
    settings.load_profile(config.getoption("--hypothesis-profile") or "ci")


def examples(share: float) -> int:
    """That share of the profile's examples, for tests whose examples take longer or less."""
    assert settings.default is not None
    return max(1, round(settings.default.max_examples * share))
