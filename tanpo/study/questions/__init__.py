# SPDX-License-Identifier: MIT
"""What a study asks: each module asks one question, or a few of one kind, and gives its sections."""
