"""One writing and several reading processes at the same index."""

import multiprocessing
import traceback
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from indexer import IndexBusy, Store
from tests.indexer.regulations import ask, entry, fill

ROUNDS = 30


def _read(path: Path, stop: Event, answers: Any) -> None:
    try:
        store, seen = Store(path), 0
        while not stop.is_set():
            answer = ask(store, "văn bản chung")
            assert answer.total >= seen, f"{answer.total} after {seen}"
            assert len({hit.document for hit in answer.hits}) == len(answer.hits)
            seen = answer.total
        answers.put(f"seen {ask(store, 'văn bản chung').total}")
    except BaseException:  # noqa: BLE001  (the parent process shows it)
        answers.put(traceback.format_exc())


def _write(path: Path, first: int, answers: Any) -> None:
    try:
        store = Store(path)
        for number in range(first, first + ROUNDS):
            fill(store, [entry(number, f"văn bản chung số {number}")])
        answers.put("written")
    except BaseException:  # noqa: BLE001  (the parent process shows it)
        answers.put(traceback.format_exc())


def test_readers_follow_a_writer_without_errors(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    readers = [context.Process(target=_read, args=(store.path, stop, answers)) for _ in range(2)]
    writer = context.Process(target=_write, args=(store.path, 1, answers))
    for process in (*readers, writer):
        process.start()
    writer.join(120)
    assert answers.get(timeout=60) == "written"
    stop.set()
    assert [answers.get(timeout=60) for _ in readers] == [f"seen {ROUNDS}"] * 2
    for process in readers:
        process.join(60)


def test_two_writers_wait_for_each_other(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    writers = [context.Process(target=_write, args=(store.path, first, answers)) for first in (1, 1001)]
    for process in writers:
        process.start()
    assert [answers.get(timeout=120) for _ in writers] == ["written"] * 2
    for process in writers:
        process.join(60)
    assert store.document_count() == 2 * ROUNDS and store.check() == []


def _hold(path: Path, ready: Event) -> None:
    import fcntl
    import time

    with (path / "write.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ready.set()
        time.sleep(60)


def test_a_killed_writer_frees_the_lock(store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(store.path, ready))
    holder.start()
    assert ready.wait(60)
    try:
        with store.write_batch(timeout_seconds=0.05) as batch:
            batch.delete(1)
        raise AssertionError("the lock was not held")
    except IndexBusy:
        holder.kill()
        holder.join(60)
    fill(store, [entry(1, "sau khi tắt")])
    assert store.document_count() == 1
