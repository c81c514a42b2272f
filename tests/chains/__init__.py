# SPDX-License-Identifier: MIT
"""The two chains that the same tests run on: ape's, and with --quick revm."""
