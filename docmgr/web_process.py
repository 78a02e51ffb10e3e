"""A web process of gunicorn. It is used instead of gunicorn's threaded worker, in which a few slow clients
could occupy all threads. docmgr.connections receives requests and sends answers in it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.task import ThreadedTaskDispatcher

from docmgr.connections import Server
from docmgr.services import figures

LOOP_SECONDS = 1.0
STOPPING_LOOP_SECONDS = 0.1


class WebWorker(Worker):  # type: ignore[misc]
    """A web process of gunicorn. It serves the application on the master's sockets until the master stops it
    or has ended."""

    def run(self) -> None:
        """Run the main loop until the process is stopped. The loop never waits for a client, a lock or a
        disk. So the master may kill a process that gives no sign of life."""
        _allow_many_files()
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        site = self.wsgi.extensions["docmgr"]
        _keep_bodies_in(site.settings.home / "tmp")
        everything: dict[int, Any] = {}
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        servers = [
            Server(
                self.wsgi, listener.sock, dispatcher, map=everything,
                signed_in=self.wsgi.extensions["docmgr_signed_in"], floor_bytes=site.settings.free_disk_floor_bytes,
                max_body=site.settings.max_request_bytes, accepting=site.storage.accepting,
            )
            for listener in self.sockets
        ]  # fmt: skip
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(LOOP_SECONDS, use_poll=True, map=everything, count=1)
        # The port is closed first: a new master must be able to open it while this process finishes its requests.
        for server in servers:
            server.stop_accepting()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while any(server.busy for server in servers) and time.monotonic() < deadline:
            self.notify()
            wasyncore.loop(STOPPING_LOOP_SECONDS, use_poll=True, map=everything, count=1)
            for server in servers:
                server.maintenance(time.time())
        dispatcher.shutdown(timeout=1)
        figures.store(site)


def _allow_many_files() -> None:
    """Raise this process's limit on open files to its maximum. Each connection uses a file handle, and so
    does each request body that waits for a thread."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _keep_bodies_in(folder: Path) -> None:
    """Store incoming request bodies in `folder`, unless TMPDIR is set."""
    if os.environ.get("TMPDIR"):
        return
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        tempfile.tempdir = str(folder)
