"""Wait until the worker has done its jobs. When no worker runs, its loop runs in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from docmgr import db, worker
from docmgr.cli.progress import Progress
from docmgr.context import Context
from docmgr.machines.leases import LeaseHeld
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import progress as reading_progress
from docmgr.services.documents.progress import UploadState

POLL_SECONDS = 0.3
AT_ONCE = 500
MOVING = frozenset({"waiting", "reading", "recognising", "indexing"})


def final_states(site: Context, ids: Iterable[int]) -> dict[int, UploadState]:
    """Wait until the documents with these `ids` are processed, and return the final state of each by document
    id. Documents deleted meanwhile are left out."""
    open_ids, settled = sorted(ids), dict[int, UploadState]()
    with Progress(len(open_ids), "Đang đọc") as progress:

        def look() -> bool:
            nonlocal open_ids
            db.release()
            moving = []
            for start in range(0, len(open_ids), AT_ONCE):
                for state in reading_progress.states(COMMAND_LINE, open_ids[start : start + AT_ONCE]):
                    if state.state in MOVING:
                        moving.append(state.document_id)
                    else:
                        settled[state.document_id] = state
            open_ids = moving
            progress.show(len(settled))
            return not open_ids

        until(site, look)
    return settled


def until(site: Context, finished: Callable[[], bool], again: bool = False) -> None:
    """Wait until `finished()` returns true; it is called again and again. A running worker does the work
    meanwhile. If no worker runs, a thread of this process does the work, with `again` also reading files
    again. An error in this thread is raised here."""
    helper = _Helper(site, again)
    while not finished():
        helper.keep_going()
        time.sleep(POLL_SECONDS)
    helper.join()


class _Helper:
    """A thread of this process that runs the worker's loop, if no other process is the worker."""

    def __init__(self, site: Context, again: bool) -> None:
        self._site = site
        self._again = again
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None

    def keep_going(self) -> None:
        """Start the thread if it is not running. Raises the error with which the thread failed before."""
        if self._error is not None:
            raise self._error
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
            self._thread.start()

    def join(self) -> None:
        """Wait until the thread has ended. Raises the error of the worker's loop if there was one."""
        if self._thread is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            worker.run_until_idle(self._site, self._again)
        except LeaseHeld:
            return
        except Exception as error:  # noqa: BLE001 (raised again in the waiting thread)
            self._error = error
