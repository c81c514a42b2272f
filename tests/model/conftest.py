# SPDX-License-Identifier: MIT
"""Profiles of the tests in this folder."""

from importlib.util import find_spec

import pytest

from model import profiles

# pyrevm has no wheel for Python 3.13.
collect_ignore = [] if find_spec("pyrevm") else ["test_escrow_matches_model.py", "test_ties.py"]

pytest.register_assert_rewrite("model.pair")


def pytest_configure(config: pytest.Config) -> None:
    profiles.load(config)
