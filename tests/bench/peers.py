"""The engines of the benchmark. Each is built and queried in separate processes, so that memory and start time are its
own.

`python -m tests.bench.peers {build,ask,start,layers} NAME FOLDER FILE [--limit N]` prints one JSON object; FILE
contains the articles (`build`) or the queries.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.asking import Question, measure
from tests.bench.measure import folder_mb, percentile

ROOT = Path(__file__).resolve().parents[2]
STARTS = 7


@dataclass(frozen=True)
class Peer:
    """An engine: the module that builds and opens it, its variant, how many queries it gets (None: all), in how many
    rounds at most, and the time limit of one step."""

    title: str
    module: str
    variant: str = ""
    questions: int | None = None
    rounds: int = 3
    seconds: float = 600.0


PEERS = {
    "ours": Peer("docmgr", "ours"),
    "tantivy": Peer("Tantivy, four fields", "tantivy", "fields"),
    "tantivy-joint": Peer("Tantivy, one joint field", "tantivy", "joint"),
    "fts5": Peer("SQLite FTS5, four columns", "fts5", questions=100),
    "whoosh": Peer("stock Whoosh, one joint field, words only", "whoosh", questions=30, rounds=1),
}


class PeerFailed(Exception):
    """A step of an engine failed or took too long."""


def run(step: str, name: str, folder: Path, file: Path, seconds: float | None = None) -> dict[str, Any]:
    """Run one step in a new process. Raises PeerFailed."""
    peer = PEERS[name]
    command = [sys.executable, "-m", "tests.bench.peers", step, name, str(folder), str(file)]
    command += ["--limit", str(peer.questions)] if peer.questions else []
    try:
        answer = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=seconds or peer.seconds
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise PeerFailed(f"{peer.title}: {step}: {error}") from error
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def figures_of(
    name: str, folder: Path, articles: Path, questions: Path, seconds: float | None = None
) -> dict[str, Any]:
    """All measurements of one engine; its index stays in `folder`. Raises PeerFailed."""
    figures = {"build": run("build", name, folder, articles, seconds)}
    figures["ask"] = run("ask", name, folder, questions, seconds)
    starts = []
    for _ in range(STARTS):
        before = time.monotonic()
        starts.append((run("start", name, folder, questions)["answered_at"] - before) * 1000)
    figures["start_ms"] = percentile(starts, 0.5)
    return figures


def _module(name: str) -> Any:
    return importlib.import_module(f"tests.bench.{PEERS[name].module}")


class Reading:
    """Articles, read and cut into terms, with the time that this takes, which is subtracted from the indexing time."""

    def __init__(self, articles: Iterator[Any]) -> None:
        self.articles = articles
        self.count, self.wall, self.processor = 0, 0.0, 0.0

    def __iter__(self) -> Iterator[Any]:
        while True:
            wall, processor = time.perf_counter(), time.thread_time()
            article = next(self.articles, None)
            self.wall += time.perf_counter() - wall
            self.processor += time.thread_time() - processor
            if article is None:
                return
            self.count += 1
            yield article


def _build(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seconds by the clock or, for an engine that works in a thread of its own while articles are read, by the
    processor: whichever is more."""
    from tests.bench.corpus import analysed, stream_entries

    peer, entries = PEERS[arguments.name], stream_entries(arguments.file)
    reading = Reading(entries if arguments.name == "ours" else analysed(entries))
    module = _module(arguments.name)
    wall, processor = time.perf_counter(), time.process_time()
    segments = module.build(arguments.folder, reading, peer.variant)
    wall, processor = (
        time.perf_counter() - wall - reading.wall,
        time.process_time() - processor - reading.processor,
    )
    return {
        "seconds": max(wall, processor),
        "articles": reading.count,
        "segments": segments,
        "mb": folder_mb(arguments.folder),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _questions(file: Path) -> dict[str, list[Question]]:
    questions: dict[str, list[Question]] = json.loads(file.read_text(encoding="utf-8"))
    return questions


def _ask(arguments: argparse.Namespace) -> dict[str, Any]:
    asking = _module(arguments.name).open_asking(arguments.folder, PEERS[arguments.name].variant)
    return measure(asking, _questions(arguments.file), arguments.limit)


def _start(arguments: argparse.Namespace) -> dict[str, Any]:
    first = _questions(arguments.file)["whole"][0]
    asking = _module(arguments.name).open_asking(arguments.folder, PEERS[arguments.name].variant)
    if not asking.whole(first):
        raise ValueError("the first question found nothing")
    return {"answered_at": time.monotonic()}


def _layers(arguments: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = _module(arguments.name).layers(arguments.folder, _questions(arguments.file))
    return figures


STEPS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "build": _build, "ask": _ask, "start": _start, "layers": _layers,
}  # fmt: skip


def main() -> int:
    """Run one step and print its measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=sorted(STEPS))
    parser.add_argument("name", choices=sorted(PEERS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    print(json.dumps(STEPS[arguments.step](arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
