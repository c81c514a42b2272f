# SPDX-License-Identifier: MIT
"""An ERC-20 as far as the escrow needs it; quantities are smallest units."""

from __future__ import annotations

from collections import defaultdict

from tanpo.model.trade import Refused

UNLIMITED = 2**256 - 1
"""An allowance that transfers do not use up."""


class Token:
    """Balances, and what each holder lets the escrow move. Ill-behaved tokens override `move`."""

    def __init__(self, address: str, escrow: str) -> None:
        self.address = address
        self.escrow = escrow
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.allowances: defaultdict[str, int] = defaultdict(int)

    def available(self, holder: str) -> int:
        """What the escrow could move of the holder's."""
        if holder == self.escrow:
            return self.balances[holder]
        return min(self.balances[holder], self.allowances[holder])

    def pull(self, holder: str, receiver: str, quantity: int) -> None:
        """The escrow moves its own tokens or, using up the allowance, a holder's.

        Raises Refused: ERC20InsufficientAllowance, ERC20InsufficientBalance.
        """
        if holder != self.escrow and self.allowances[holder] != UNLIMITED:
            if self.allowances[holder] < quantity:
                raise Refused(
                    "ERC20InsufficientAllowance",
                    spender=self.escrow,
                    allowance=self.allowances[holder],
                    needed=quantity,
                )
            self.allowances[holder] -= quantity
        self.move(holder, receiver, quantity)

    def move(self, holder: str, receiver: str, quantity: int) -> None:
        """Change the balances. Raises Refused: ERC20InsufficientBalance."""
        if self.balances[holder] < quantity:
            raise Refused(
                "ERC20InsufficientBalance",
                sender=holder,
                balance=self.balances[holder],
                needed=quantity,
            )
        self.balances[holder] -= quantity
        self.balances[receiver] += quantity

    def save(self) -> tuple[dict[str, int], dict[str, int]]:
        """Everything that a move can change."""
        return dict(self.balances), dict(self.allowances)

    def restore(self, saved: tuple[dict[str, int], dict[str, int]]) -> None:
        """Undo what has moved since `save`."""
        balances, allowances = saved
        self.balances = defaultdict(int, balances)
        self.allowances = defaultdict(int, allowances)
