"""Hostile queries at full size and in one process: `python -m tests.bench.hostile INDEX QUESTIONS COUNT SEED`.

Memory is compared with that of the same process after the usual queries, when caches are filled.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from indexer import Access, Index, Request, search
from tests.bench.measure import memory, slowest, spread
from tests.support import hostile


def measure(folder: Path, usual: list[str], count: int, seed: int) -> dict[str, Any]:
    """Times, exceptions by kind, results cut short, growth of memory in MB, and the slowest queries."""
    store, access = Index(folder), Access(None)
    for query in usual:
        search(store, Request(query), access)
    before = memory()["private"]
    taken: list[float] = []
    errors: Counter[str] = Counter()
    cut = 0
    attacks = hostile.queries(seed, count)
    for query in attacks:
        started = time.perf_counter()
        try:
            cut += search(store, Request(query), access).truncated
        except Exception as error:  # noqa: BLE001 - every kind is counted, none is expected
            errors[type(error).__name__] += 1
        taken.append((time.perf_counter() - started) * 1000)
    return {
        "times": spread(taken),
        "errors": dict(errors),
        "cut": cut,
        "growth_mb": memory()["private"] - before,
        "slowest": [(round(taken[place], 1), ascii(attacks[place])[:100]) for place in slowest(taken)],
    }


def main() -> int:
    """Print the measurements as JSON."""
    folder, questions, count, seed = sys.argv[1:]
    usual = [asked["text"] for asked in json.loads(Path(questions).read_text(encoding="utf-8"))["whole"]]
    print(json.dumps(measure(Path(folder), usual, int(count), int(seed))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
