"""Limits the time of Whoosh's matchers, and the number of terms whose postings they open.

Whoosh's loops cannot be interrupted from outside. So the reader under the matchers counts their steps, and raises an
exception at the limit."""

import time

# Steps between two looks at the clock: postings, positions and terms that are read.
_STEPS = 256


class OverBudget(Exception):
    """Raised when a search has used up its time, or its number of terms."""


class Budget:
    """The limits of one search. Its time ends at `deadline`, a time of `time.monotonic`. One query may open the
    postings of `terms` terms in each segment. Afterwards `late` says whether time ran out, and `cut` whether terms ran
    out."""

    def __init__(self, deadline: float, terms: float) -> None:
        self.late = self.cut = False
        self._deadline, self._terms, self._left, self._steps = deadline, terms, terms, 0

    def renew(self) -> None:
        """Allow the full number of terms again, for the next matcher."""
        self._left = self._terms

    def step(self) -> None:
        """Count one step of a matcher. Raises OverBudget when the time is up, which is checked only every few steps."""
        self._steps += 1
        if self._steps % _STEPS == 0:
            self.check()

    def check(self) -> None:
        """Raise OverBudget when the time is up."""
        if time.monotonic() > self._deadline:
            self.late = True
            raise OverBudget("time")

    def open(self) -> None:
        """Count one term whose postings are opened. Raises OverBudget when there are too many, or when the time is up."""
        self._left -= 1
        if self._left < 0:
            self.cut = True
            raise OverBudget("terms")
        self.check()
