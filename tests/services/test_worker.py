"""What the worker does on its own while nobody asks it to."""

from __future__ import annotations

import errno
import threading
import time

from docmgr import worker
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

PATIENCE = 30


def test_what_an_earlier_process_left_apart_is_joined_after_a_start(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    for number in range(4):
        upload(clerk, decision(body=(f"Điều 1. Việc thứ {number}", "Nội dung.")))
        work(site)
    index = site.backend.index
    assert len(index.snapshot().segments) > 1
    monkeypatch.setattr(worker, "TIDY_AFTER_SECONDS", 0.0)
    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(site, stop))
    running.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while len(index.snapshot().segments) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        stop.set()
        running.join()
    assert len(index.snapshot().segments) == 1 and index.document_count() == 4


def test_segments_that_a_full_disk_does_not_take_are_not_joined_again_at_once(site, monkeypatch) -> None:
    tries: list[float] = []

    def full(timeout: float) -> bool:
        tries.append(timeout)
        raise OSError(errno.ENOSPC, "No space left on device")

    work(site)
    monkeypatch.setattr(site.backend.index, "tidy", full)
    monkeypatch.setattr(worker, "TIDY_AFTER_SECONDS", -1.0)
    step = worker._index_step(site)
    for _ in range(5):
        assert step() == 0
    assert len(tries) == 1
    monkeypatch.setattr(worker, "TIDY_PAUSE_SECONDS", -1.0)
    step = worker._index_step(site)
    for _ in range(3):
        step()
    assert len(tries) == 4
