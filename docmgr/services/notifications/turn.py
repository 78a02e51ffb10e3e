"""What the worker does for notices in one step of its loop."""

from __future__ import annotations

import time

from docmgr.services.consulting import forgetting
from docmgr.services.notifications import alerts, due, making, sweeping
from docmgr.services.notifications.deadlines import escalating

# In seconds: how often new events, followed searches, check-outs whose time is over, and deadlines and old notices are looked for.
EVENTS_SECONDS, SEARCHES_SECONDS, EXPIRY_SECONDS, DAILY_SECONDS = 2.0, 30.0, 60.0, 600.0
_STEPS = (
    (making.make, EVENTS_SECONDS), (alerts.look, SEARCHES_SECONDS), (due.tell, DAILY_SECONDS), (sweeping.sweep, DAILY_SECONDS), (forgetting.forget, DAILY_SECONDS),
    (due.tell_expired, EXPIRY_SECONDS), (escalating.tell, DAILY_SECONDS),
)  # fmt: skip

# The places in _STEPS of work that waits for its time even if there is more of it.
_RESTS = frozenset({1})


class NoticesTurn:
    """Do one piece of work per call. A kind of work that had something to do goes on at once, except searches, which rest
    so that they leave time for people's own; the others wait for their turn."""

    def __init__(self) -> None:
        self._next = [0.0] * len(_STEPS)

    def step(self) -> int:
        """Do the work that is due. Returns 1 if there may be more at once, else 0."""
        busy = 0
        for number, (work, seconds) in enumerate(_STEPS):
            now = time.monotonic()
            if now < self._next[number]:
                continue
            # The time is set before the work, so that failing work is not repeated at every step.
            self._next[number] = now + seconds
            if work() and number not in _RESTS:
                self._next[number], busy = 0.0, 1
        return busy
