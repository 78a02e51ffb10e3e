"""What the leading worker does every so often, beside its other work. Each step does nothing until its time has come, and returns how
much it did."""

from __future__ import annotations

import time
from collections.abc import Callable

from docmgr.policy import WORKER
from docmgr.services.clicks import month_keys
from docmgr.services.disposal import execute
from docmgr.services.handover import dropping, making
from docmgr.services.keeping import purge
from docmgr.services.workflow import turn as flow_turn

# How often, in seconds, it is looked whether the month is over, whose key is then thrown away.
MONTH_SECONDS = 3600.0
# How often, in seconds, it is looked for confirmed documents that a rule starts in a workflow.
FLOW_SECONDS = 2.0
# How often, in seconds, it is looked what has lain in the recycle bin for long.
BIN_SECONDS = 3600.0
# How often, in seconds, it is looked for case files to destroy and packages to make; and for packages to let go of.
CASES_SECONDS, PACKAGES_SECONDS = 2.0, 3600.0


def steps(stopping: Callable[[], bool]) -> dict[str, Callable[[], int]]:
    """Make the steps by the names of their threads. `stopping` says whether the worker is asked to stop."""
    return {"month": _month_step(), "flows": _flows_step(), "bin": _bin_step(), "cases": _cases_step(stopping)}


def _month_step() -> Callable[[], int]:
    looked = -MONTH_SECONDS

    def step() -> int:
        nonlocal looked
        if time.monotonic() - looked >= MONTH_SECONDS:
            looked = time.monotonic()
            month_keys.throw_away()
        return 0

    return step


def _flows_step() -> Callable[[], int]:
    looked = -FLOW_SECONDS

    def step() -> int:
        nonlocal looked
        if time.monotonic() - looked < FLOW_SECONDS:
            return 0
        looked = time.monotonic()
        return flow_turn.start_chosen()

    return step


def _bin_step() -> Callable[[], int]:
    looked = -BIN_SECONDS

    def step() -> int:
        nonlocal looked
        if time.monotonic() - looked < BIN_SECONDS:
            return 0
        # A long bin is emptied at once, not some of it each hour; what failed is tried again an hour later.
        before, looked = looked, time.monotonic()
        done = purge.empty()
        looked = before if done else looked
        return done

    return step


def _cases_step(stopping: Callable[[], bool]) -> Callable[[], int]:
    looked, dropped = -CASES_SECONDS, -PACKAGES_SECONDS

    def step() -> int:
        nonlocal looked, dropped
        if time.monotonic() - dropped >= PACKAGES_SECONDS:
            dropped = time.monotonic()
            dropping.drop(WORKER)
        if time.monotonic() - looked < CASES_SECONDS:
            return 0
        before, looked = looked, time.monotonic()
        done = execute.work(WORKER, stopping) + making.work(WORKER)
        looked = before if done else looked
        return done

    return step
