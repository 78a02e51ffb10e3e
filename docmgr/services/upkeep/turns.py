"""What the leading worker does every so often, beside its other work. Each step does nothing until its time has come, and returns how
much it did."""

from __future__ import annotations

import time
from collections.abc import Callable

from docmgr.policy import WORKER
from docmgr.services.access import applying
from docmgr.services.clicks import month_keys
from docmgr.services.disposal import execute
from docmgr.services.handover import dropping, making
from docmgr.services.keeping import purge
from docmgr.services.workflow import turn as flow_turn

# How often, in seconds, it is looked whether the month is over, whose key is then thrown away.
MONTH_SECONDS = 3600.0
# How often, in seconds, it is looked for confirmed documents that a rule starts in a workflow.
FLOW_SECONDS = 2.0
# How often, in seconds, it is looked whether access lists follow a change of rights.
RIGHTS_SECONDS = 1.0
# How often, in seconds, it is looked what has lain in the recycle bin for long.
BIN_SECONDS = 3600.0
# How often, in seconds, it is looked for case files to destroy and packages to make; and for packages to let go of.
CASES_SECONDS, PACKAGES_SECONDS = 2.0, 3600.0


def steps(stopping: Callable[[], bool]) -> dict[str, Callable[[], int]]:
    """Make the steps by the names of their threads. `stopping` says whether the worker is asked to stop."""
    return {
        "month": _every(MONTH_SECONDS, _month),
        "flows": _every(FLOW_SECONDS, flow_turn.start_chosen),
        # A long bin is emptied at once, not some of it each hour; what failed is tried again an hour later.
        "bin": _every(BIN_SECONDS, purge.empty, again=True),
        "cases": _cases(stopping),
        # All that is pending is done at once, not some of it each second.
        "rights": _every(RIGHTS_SECONDS, applying.work, again=True),
    }


def _every(seconds: float, work: Callable[[], int], *, again: bool = False) -> Callable[[], int]:
    """Make a step that does `work` at once and then every so many seconds, also when it failed. With `again`, work that did something
    is done again at the next step."""
    looked = -seconds

    def step() -> int:
        nonlocal looked
        if time.monotonic() - looked < seconds:
            return 0
        before, looked = looked, time.monotonic()
        done = work()
        looked = before if again and done else looked
        return done

    return step


def _month() -> int:
    month_keys.throw_away()
    return 0


def _cases(stopping: Callable[[], bool]) -> Callable[[], int]:
    drop = _every(PACKAGES_SECONDS, lambda: dropping.drop(WORKER))
    work = _every(CASES_SECONDS, lambda: execute.work(WORKER, stopping) + making.work(WORKER), again=True)

    def step() -> int:
        drop()
        return work()

    return step
