# SPDX-License-Identifier: MIT
"""What a study asks: a module asks one question, or a few of a kind, and gives its sections."""
