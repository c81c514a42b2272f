# SPDX-License-Identifier: MIT
"""Chains, and contracts on them."""
