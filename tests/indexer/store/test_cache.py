"""The cache of computed arrays stays within its limit, however small the arrays are."""

import tracemalloc
from functools import partial

import numpy as np

from indexer import Index
from indexer.store.cache import ByteCache

LIMIT = 1 << 20


def test_many_small_pieces_stay_within_the_limit() -> None:
    kept = ByteCache(LIMIT)
    tracemalloc.start()
    for number in range(20_000):
        kept.get(("postings", f"từ thứ {number}"), lambda: (np.zeros(1, np.int32), np.zeros(1, np.uint8)))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 1.5 * LIMIT


def test_the_oldest_go_first_and_the_newest_is_always_kept() -> None:
    made: list[str] = []

    def take(key: str, size: int = LIMIT // 3) -> None:
        kept.get(key, lambda: (made.append(key) or np.zeros(size, np.uint8),))

    kept = ByteCache(LIMIT)
    for key in ("một", "hai", "một", "ba", "hai", "một"):
        take(key)
    assert made == ["một", "hai", "ba", "hai", "một"]
    take("to", 2 * LIMIT)
    take("to", 2 * LIMIT)
    assert made.count("to") == 1


def test_a_large_index_widens_the_limit_and_a_small_one_does_not_narrow_it() -> None:
    kept = ByteCache(LIMIT)
    kept.widen(3 * LIMIT)
    kept.widen(LIMIT)
    made: list[str] = []
    for key in ("một", "hai", "một", "hai"):
        kept.get(key, lambda key=key: (made.append(key) or np.zeros(LIMIT, np.uint8),))  # type: ignore[misc]
    assert made == ["một", "hai"]


def test_a_generation_keeps_the_last_few_things_asked_of_it(store: Index) -> None:
    """It keeps masks and filters for each reader. For all people at once they would fill the memory."""
    snapshot, made = store.snapshot(), list[int]()
    for number in (*range(100), 99, 0):
        snapshot.keep(("test", number), partial(made.append, number))
    assert made == [*range(100), 0]
