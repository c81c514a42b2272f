# SPDX-License-Identifier: MIT
"""The verbs of a change, as the tests go through them."""

import pytest

from tanpo.terms import Verb

CHANGES = tuple(verb for verb in Verb if verb != Verb.DEFAULT)
"""Default has a function of its own."""

EVERY_VERB = pytest.mark.parametrize("verb", CHANGES)

ENDING = (Verb.TERMINATE, Verb.CORRECT)
"""After which a trade is closed."""
