# SPDX-License-Identifier: MIT
"""Fixings from their sources to the chain: what a feeder runs."""
