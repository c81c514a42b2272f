# SPDX-License-Identifier: MIT
"""Profiles of the tests in this folder."""

import pytest

from model import profiles

pytest.register_assert_rewrite("model.twin")


def pytest_configure(config: pytest.Config) -> None:
    profiles.load(config)
