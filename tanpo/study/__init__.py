# SPDX-License-Identifier: MIT
"""How diversified collateral and call thresholds change credit risk and liquidity."""
