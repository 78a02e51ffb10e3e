"""One writing process and several reading processes on the same index."""

import multiprocessing
import time
import traceback
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from indexer import Index, IndexBusy
from tests.indexer.regulations import ask, entry, fill

ROUNDS = 30
KILLS = 8


def _read(path: Path, stop: Event, answers: Any) -> None:
    try:
        store, seen = Index(path), 0
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
        store = Index(path)
        for number in range(first, first + ROUNDS):
            fill(store, [entry(number, f"văn bản chung số {number}")])
        answers.put("written")
    except BaseException:  # noqa: BLE001  (the parent process shows it)
        answers.put(traceback.format_exc())


def test_readers_follow_a_writer_without_errors(store: Index) -> None:
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


def test_two_writers_wait_for_each_other(store: Index) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    writers = [context.Process(target=_write, args=(store.path, first, answers)) for first in (1, 1001)]
    for process in writers:
        process.start()
    assert [answers.get(timeout=120) for _ in writers] == ["written"] * 2
    for process in writers:
        process.join(60)
    assert len(store.snapshot().documents) == 2 * ROUNDS and store.check() == []


def _hold(path: Path, ready: Event) -> None:
    import fcntl
    import time

    with (path / "write.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ready.set()
        time.sleep(60)


def test_a_killed_writer_frees_the_lock(store: Index) -> None:
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
    assert len(store.snapshot().documents) == 1


def _write_until_killed(path: Path, first: int, written: Any) -> None:
    store = Index(path)
    for number in range(first, first + 100_000):
        fill(
            store,
            [entry(number, f"văn bản chung số {number}"), entry(0, f"sửa lần {number}", version=number)],
        )
        while number % 5 == 0 and store.tidy():
            pass
        written.send(number)


def test_what_was_acknowledged_survives_kill_9(store: Index) -> None:
    """Wherever a writer is killed, the index is sound, contains everything that the writer confirmed, and accepts the
    next writer."""
    context = multiprocessing.get_context("spawn")
    acknowledged: set[int] = set()
    for attempt in range(KILLS):
        receiving, written = context.Pipe(duplex=False)
        writer = context.Process(
            target=_write_until_killed, args=(store.path, 1 + attempt * 100_000, written)
        )
        writer.start()
        acknowledged.add(receiving.recv())
        time.sleep(0.02 + 0.013 * attempt)
        writer.kill()
        writer.join(60)
        written.close()
        while receiving.poll():
            try:
                acknowledged.add(receiving.recv())
            except EOFError:
                break
        held = set(Index(store.path).versions())
        assert acknowledged <= held and len(held - acknowledged) <= attempt + 2
        assert Index(store.path).check() == []
    assert ask(store, "văn bản chung", limit=1).total == len(set(store.versions())) - 1


def _follow(path: Path, ready: Any, seen: Any) -> None:
    store, known = Index(path), set[int]()
    store.snapshot()
    ready.send(True)
    while True:
        fresh = set(store.versions()) - known
        now = time.monotonic_ns()
        for document in sorted(fresh):
            seen.send((document, now))
        known |= fresh
        if 10_000 in known:
            return
        time.sleep(0.001)


def test_another_process_sees_every_commit(store: Index) -> None:
    """A reader in another process finds each committed document without any call to refresh."""
    context = multiprocessing.get_context("spawn")
    (readied, ready), (receiving, seen) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    reader = context.Process(target=_follow, args=(store.path, ready, seen))
    reader.start()
    assert readied.recv()
    for number in (*range(1, 40), 10_000):
        fill(store, [entry(number, f"văn bản số {number}")])
    found = set()
    while 10_000 not in found:
        found.add(receiving.recv()[0])
    reader.join(60)
    assert found == {*range(1, 40), 10_000}
