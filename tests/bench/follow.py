"""How soon a change can be found in another process: a writer commits, and a reader searches again and again.

`python -m tests.bench.follow INDEX` is the reader: for each line on stdin it searches for that word until a document
is found, and prints the time (of the system's monotonic clock, which all processes share).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from indexer import Access, Entry, Index, Request, search
from tests.bench.measure import spread

ROOT = Path(__file__).resolve().parents[2]
CHANGES = 60
PAUSE = 0.002
PATIENCE = 30.0
_DIGITS = str.maketrans("0123456789", "abcdeghikl")


def measure(folder: Path, documents: Sequence[Sequence[Entry]]) -> dict[str, float]:
    """Milliseconds from the start of the write (with analysis and commit) until another process finds the changed
    document. It changes the index in `folder`."""
    command = [sys.executable, "-m", "tests.bench.follow", str(folder)]
    store, taken = Index(folder), []
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None and reader.stdout is not None
        step = max(len(documents) // CHANGES, 1)
        for number, entries in enumerate(documents[::step][:CHANGES]):
            taken.append(_change(store, entries, _word(number), reader.stdin, reader.stdout))
    return spread(taken)


def _word(number: int) -> str:
    """A word that no text contains."""
    return f"zx{str(number).translate(_DIGITS)}q"


def _change(store: Index, entries: Sequence[Entry], word: str, ask: IO[str], told: IO[str]) -> float:
    ask.write(word + "\n")
    ask.flush()
    if told.readline().strip() != "asking":
        raise RuntimeError("the reading process ended")
    changed = [replace(entry, text=f"{entry.text}\n{word}") for entry in entries]
    started = time.monotonic()
    with store.write_batch() as changes:
        changes.replace(entries[0].document, changed)
    return (float(told.readline()) - started) * 1000


def main() -> int:
    """Run the reader."""
    store = Index(sys.argv[1])
    for line in sys.stdin:
        request, deadline = Request(line.strip(), limit=1), time.monotonic() + PATIENCE
        search(store, request, Access(None))
        print("asking", flush=True)
        while not search(store, request, Access(None)).total:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{line.strip()} was not findable after {PATIENCE} s")
            time.sleep(PAUSE)
        print(time.monotonic(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
