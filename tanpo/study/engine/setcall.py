# SPDX-License-Identifier: MIT
"""A set's call: the formulas of `tanpo.model.setcalls` on arrays.

All but the rounding is the same for floats and for Python integers (dtype object), in which values
are numerators over one denominator. A pair of sides is what secures the first party (0) and what
secures the second (1).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanpo.model.values import ONE_BPS
from tanpo.study.engine.exact import Call, division_round_up
from tanpo.study.engine.tokens import Exact

Mask = NDArray[np.bool_]
Numbers = NDArray[Any]
"""Floats or Python integers."""


class Apportioned(NamedTuple):
    """What calls of C sets ask of each holding.

    Either only a part of what is held for the party that owes goes back, or all of it, and that
    party delivers the rest of the call. `weight` x `amount` / `base` is, before rounding to lots,
    the part that goes back or what is delivered.
    """

    by_first: Mask
    """(C,): the first party owes the call."""
    size: Numbers
    """(C,): the exposure without sign."""
    is_part: Mask
    """(C,)."""
    returnable: Numbers
    """(C,): value of all that is held for the party that owes."""
    back: Numbers
    """(H, C): all that could go back, smallest units."""
    weight: Numbers
    """(H, C), smallest units."""
    amount: Numbers
    """(C,), value."""
    base: Numbers
    """(C,): value of `weight`, above zero."""

    @property
    def left(self) -> Numbers:
        """(C,): value to deliver; not above zero where nothing is."""
        left: Numbers = self.size - self.returnable
        return left


def apportion(exposure: Numbers, units: Numbers, held: Numbers, given: Mask) -> Apportioned:
    """Divide calls among holdings.

    `exposure`: (C,), from the first party's side; `units`: (H, C), value of a smallest unit after
    the haircut, above zero; `held`: (2, H, C), smallest units; `given`: (2, H, C), what the first
    party (0), the second (1) has ever given. Who owes more than the other side holds has given
    something, for its own loans are part of that.
    """
    by_first, size = exposure < 0, abs(exposure)
    back = np.where(by_first, held[0], held[1])
    secures = np.where(by_first, held[1], held[0])
    returnable = (back * units).sum(axis=0)
    is_part = size < returnable
    weight = np.where(is_part, back, secures)
    base = (weight * units).sum(axis=0)

    nothing = np.flatnonzero(base == 0)
    if nothing.size:
        owes = np.where(by_first[nothing], given[0][:, nothing], given[1][:, nothing])
        fresh = owes.argmax(axis=0)
        weight[fresh, nothing] = 1
        base[nothing] = units[fresh, nothing]
    amount = np.where(is_part, size, size - returnable)
    return Apportioned(by_first, size, is_part, returnable, back, weight, amount, base)


def rounded(call: Apportioned, down: Numbers, up: Numbers, back: Numbers) -> Numbers:
    """What calls add to (negative: take from) each side's holdings, (2, H, C), in lots.

    `down`, `up`: `weight` x `amount` / `base` as whole lots; `back`: all that could go back.
    """
    returned = -np.where(call.is_part, down, back)
    delivered = np.where(call.is_part, 0, up)
    return np.stack(
        [
            np.where(call.by_first, returned, delivered),
            np.where(call.by_first, delivered, returned),
        ]
    )


def exactly(
    required: Exact,
    units: Exact,
    held: Exact,
    given: Mask,
    lots: Exact,
    threshold_bps: Exact,
    mta: Exact,
) -> Call:
    """The calls in whole numbers; `lots` of the result: (2, H, C), as `rounded`.

    `required`, `mta`: (C,), over the same denominator as `units`; `lots`: (H, C), smallest units;
    the others as `apportion`.
    """
    exposure = required - ((held[0] - held[1]) * units).sum(axis=0)
    size = abs(exposure)
    moves = (size * ONE_BPS > abs(required) * threshold_bps) & (size >= mta)
    call = apportion(exposure, units, held, given)
    shares, whole = call.weight * call.amount, call.base * lots
    down, up = shares // whole, division_round_up(shares, whole)
    return Call(moves.astype(bool), rounded(call, down, up, call.back // lots))
