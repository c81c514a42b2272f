# SPDX-License-Identifier: MIT
"""One module for each kind of chart.

Each has `draw`, which makes the figure of a section, and `READING`, which says how to read it.
"""
