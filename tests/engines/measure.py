"""Measure an S3 store against a folder: `python -m tests.engines.measure`. It needs versitygw (tests.engines.store)."""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from docmgr.storage import Storage
from docmgr.storage.local import LocalStorage
from tests.engines import store as engine

SIZE, TIMES = 10 * 1024 * 1024, 40


def _times(work: Callable[[], object]) -> str:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e3)
    found.sort()
    return f"p50 {found[TIMES // 2]:6.1f} ms, p95 {found[int(TIMES * 0.95)]:6.1f} ms"


def _read(store: Storage, name: str) -> None:
    with store.open(name) as stream:
        while stream.read(256 * 1024):
            pass


def _local(store: Storage, name: str) -> None:
    with store.local(name) as path:
        path.read_bytes()


def main() -> None:
    """Print a line for each store and each kind of work on a file of 10 MB."""
    with tempfile.TemporaryDirectory() as made:
        with engine.running(Path(made) / "s3") as server:
            server.bucket("files")
            stores: dict[str, Storage] = {"folder": LocalStorage(Path(made) / "files"), "S3": engine.storage(server.address("files"), Path(made) / "shelf")}
            for label, store in stores.items():
                name = store.put(io.BytesIO(os.urandom(SIZE)), SIZE).sha256
                print(f"{label:8} put    {_times(lambda: store.put(io.BytesIO(os.urandom(SIZE)), SIZE))}")
                print(f"{label:8} read   {_times(lambda: _read(store, name))}")
                print(f"{label:8} local  {_times(lambda: _local(store, name))}")


if __name__ == "__main__":
    main()
