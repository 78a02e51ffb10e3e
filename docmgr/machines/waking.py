"""Wake the loops of a worker as soon as a job is in the queue.

Whoever adds a job tells PostgreSQL so (NOTIFY, `services.jobs.enqueue`), and each worker listens on a connection of its own. A pooler
of connections may let LISTEN pass and then deliver nothing, without an error; so the worker sends itself a word now and
then, and only while that arrives do its loops look less often by themselves. With SQLite they look every POLL_SECONDS.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from sqlalchemy import text

from docmgr import db
from docmgr.context import Context
from docmgr.machines import leases
from docmgr.services import jobs

# How long a loop without work waits before it looks again: by itself, and while it is woken.
POLL_SECONDS, WOKEN_SECONDS = 0.5, 5.0
# How often the worker sends itself a word, and for how long one that arrived counts.
PROBE_SECONDS = 20.0
TRUSTED_SECONDS = 2.5 * PROBE_SECONDS
# The pause before a broken connection is opened again.
AGAIN_SECONDS = 5.0

log = logging.getLogger(__name__)


class Waker:
    """Lets loops wait until there may be work. Listening ends when `stop` is set."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self._loops: list[threading.Event] = []
        self._trusted_until = 0.0

    def loop(self) -> threading.Event:
        """An event for one loop, which is set whenever there may be work."""
        event = threading.Event()
        self._loops.append(event)
        return event

    @property
    def trusted(self) -> bool:
        """Whether words that are sent have lately arrived."""
        return time.monotonic() < self._trusted_until

    def wake(self) -> None:
        """Let all loops look for work now."""
        for event in self._loops:
            event.set()

    def arrived(self) -> None:
        """Note that a word has arrived."""
        self._trusted_until = time.monotonic() + TRUSTED_SECONDS

    def wait(self, event: threading.Event, stop: threading.Event) -> None:
        """Wait until `event` of a loop is set, it is time to look anyhow, or `stop` is set."""
        deadline = time.monotonic() + (WOKEN_SECONDS if self.trusted else POLL_SECONDS)
        while not stop.is_set() and time.monotonic() < deadline and not event.wait(POLL_SECONDS):
            pass
        event.clear()


def listen(site: Context, waker: Waker) -> None:
    """Wake the loops of `waker` until it stops. Does nothing with SQLite."""
    while leases.may_be_several(site) and not waker.stop.is_set():
        try:
            with leases.server_session(site) as connection:
                # Here as well, because this session is opened again when it breaks.
                leases.register(connection)
                _listen(site, waker, connection.connection.dbapi_connection)
        except Exception:
            # The database may be unavailable for a while; then the loops look by themselves.
            log.exception("not woken")
        waker.stop.wait(AGAIN_SECONDS)


def _listen(site: Context, waker: Waker, connection: Any) -> None:
    connection.execute(f"LISTEN {jobs.CHANNEL}")
    # Jobs may have come before.
    waker.wake()
    probed = 0.0
    while not waker.stop.is_set():
        if time.monotonic() - probed >= PROBE_SECONDS:
            probed = time.monotonic()
            _probe(site)
        for word in connection.notifies(timeout=POLL_SECONDS):
            waker.arrived()
            if word.payload != jobs.PROBE:
                waker.wake()
            if waker.stop.is_set():
                return


def _probe(site: Context) -> None:
    """Send all workers a word in the way in which jobs are told, so that it arrives just if those do."""
    with site.bound(), db.write() as session:
        session.execute(text("SELECT pg_notify(:channel, :word)"), {"channel": jobs.CHANNEL, "word": jobs.PROBE})
