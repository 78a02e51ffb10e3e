"""The worker's turn for case files: destroy what was decided, make packages for the archive, and let go of old ones."""

from __future__ import annotations

import time
from collections.abc import Callable

from docmgr.policy import WORKER
from docmgr.services.disposal import execute
from docmgr.services.handover import dropping, making

# How often, in seconds, it is looked for work; and for packages to let go of.
WORK_SECONDS, DROP_SECONDS = 2.0, 3600.0


def work(stop: Callable[[], bool] = lambda: False) -> int:
    """Destroy one case file and make one package, where one waits. Returns how much was done."""
    return execute.work(WORKER, stop) + making.work(WORKER)


class CasesTurn:
    """What the worker calls again and again. `stop` is asked between two documents."""

    def __init__(self, stop: Callable[[], bool]) -> None:
        self._stop = stop
        self._looked, self._dropped = -WORK_SECONDS, -DROP_SECONDS

    def step(self) -> int:
        """Do what is due. Returns how much was done; 0 when nothing waits."""
        if time.monotonic() - self._dropped >= DROP_SECONDS:
            self._dropped = time.monotonic()
            dropping.drop(WORKER)
        if time.monotonic() - self._looked < WORK_SECONDS:
            return 0
        before, self._looked = self._looked, time.monotonic()
        done = work(self._stop)
        self._looked = before if done else self._looked
        return done
