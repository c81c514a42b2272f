# SPDX-License-Identifier: MIT
"""What a study shows: figures, tables, and a report that holds both.

Each answer of a study is a `Section`. Its figure is drawn from its table and from nothing else, and
the same table gives the same bytes.
"""
