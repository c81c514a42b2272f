# SPDX-License-Identifier: MIT
"""Sections' tables as a report shows them: for a reader, and of two states of the market."""
