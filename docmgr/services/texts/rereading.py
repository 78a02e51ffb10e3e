"""Read files again that an older generation of the readers has read, when the worker has nothing more urgent to do."""

from __future__ import annotations

import time
from collections.abc import Callable

from docmgr.reading.process.runner import Reader
from docmgr.services.documents import ingest
from docmgr.services.documents.rereading import queue

# How often, in seconds, it is looked whether versions wait to be read again.
LOOK_SECONDS = 60.0


def read_all(reader: Reader, stopping: Callable[[], bool] = lambda: False) -> int:
    """Read all versions again that wait for it, one after another. Returns how many jobs were done. It ends early when
    `stopping()` becomes true."""
    done = 0
    while not stopping():
        read = ingest.read_some(reader, 1, queue.KIND)
        if not read and not queue.fill():
            break
        done += read
    return done


class Turn:
    """The turns of reading again in a worker. Each call reads until nothing is left or something more urgent waits."""

    def __init__(self, make_reader: Callable[[], Reader], stopping: Callable[[], bool]) -> None:
        """`make_reader` makes a reader, whose process runs only while there is something to read. `stopping()` is true
        when the worker ends."""
        self._make_reader = make_reader
        self._stopping = stopping
        self._looked = -LOOK_SECONDS

    def __call__(self) -> int:
        """Take one turn. Returns how many jobs were done."""
        if queue.gives_way() or not self._is_time():
            return 0
        with self._make_reader() as reader:
            done = read_all(reader, lambda: self._stopping() or queue.gives_way())
        if done:
            self._looked = -LOOK_SECONDS
        return done

    def _is_time(self) -> bool:
        """Whether jobs wait, or it is time to look for versions again."""
        if queue.has_jobs():
            return True
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return False
        self._looked = time.monotonic()
        return queue.fill() > 0
