# SPDX-License-Identifier: MIT
"""Securities finance on an EVM chain: repo, securities lending and their collateral."""

__version__ = "0.1.0"
