# SPDX-License-Identifier: MIT
"""Profiles of the tests in this folder."""

from importlib.util import find_spec

import pytest

from model import profiles

# pyrevm has no wheel for Python 3.13.
_NEED_REVM = [
    "test_escrow_matches_model.py",
    "test_study_truth.py",
    "test_study_truth_sets.py",
    "test_ties.py",
]
collect_ignore = [] if find_spec("pyrevm") else _NEED_REVM

pytest.register_assert_rewrite("model.pair")


def pytest_configure(config: pytest.Config) -> None:
    profiles.load(config)
