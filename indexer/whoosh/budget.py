"""What one search lets Whoosh's matchers use up: time, and terms whose postings they open.

Whoosh looks for the next entry in loops of its own, which nobody outside can leave. So the reader that the matchers read
from counts their steps, and leaves by an exception.
"""

import time

# Steps between two looks at the clock: postings, positions and terms that are read.
_STEPS = 256


class OverBudget(Exception):
    """The time or the terms of a search are used up."""


class Budget:
    """Ends at `deadline`, a time of `time.monotonic`; in each segment `terms` postings may be opened for one query. `late` and
    `cut` tell afterwards whether time or terms ran out."""

    def __init__(self, deadline: float, terms: float) -> None:
        self.late = self.cut = False
        self._deadline, self._terms, self._left, self._steps = deadline, terms, terms, 0

    def renew(self) -> None:
        """Let the next matcher open as many terms as the first one."""
        self._left = self._terms

    def step(self) -> None:
        """Count one step; OverBudget when time is up."""
        self._steps += 1
        if self._steps % _STEPS == 0:
            self.check()

    def check(self) -> None:
        """OverBudget when time is up."""
        if time.monotonic() > self._deadline:
            self.late = True
            raise OverBudget("time")

    def open(self) -> None:
        """Count one term whose postings are opened; OverBudget when they are too many, or time is up."""
        self._left -= 1
        if self._left < 0:
            self.cut = True
            raise OverBudget("terms")
        self.check()
