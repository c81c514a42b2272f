# SPDX-License-Identifier: MIT
"""Margining of many trades at once, in the integers of the reference model.

Time goes step by step, for a call depends on the last one; at each step all paths are one array.
A path is one trade, or one netting set, from the first step to the last.

Values are floats, of which each decision of a call (does it move, and how many lots) knows how far
they can be from the exact ones. Where that leaves a doubt, the same decision is taken again in
integers (`exact`). So the calls and the quantities are those of `tanpo.model`, always; what is only
measured (amounts, means) is a float.
"""
