"""What the worker does on its own while nobody asks it to."""

from __future__ import annotations

import threading
import time

from docmgr import worker
from tests.acting import actor_of, upload, work
from tests.papers import decision

PATIENCE = 30


def test_what_an_earlier_process_left_apart_is_joined_after_a_start(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    for number in range(4):
        upload(clerk, decision(body=(f"Điều 1. Việc thứ {number}", "Nội dung.")))
        work(site)
    index = site.index
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
