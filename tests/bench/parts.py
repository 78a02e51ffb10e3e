"""The parts of the benchmark: each prepares its data, measures in separate processes, and returns plain numbers.

tests.bench.tables says what the numbers mean and which limits they must meet.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from indexer import Access, Entry, Index, Request, search
from tests.bench import corpus as bench_corpus
from tests.bench import follow, question_sets
from tests.bench import growth as bench_growth
from tests.bench import peers as engines
from tests.bench import site as bench_site
from tests.bench.measure import ROUNDS
from tests.support import two_worlds

ROOT = Path(__file__).resolve().parents[2]
FAILURES = (engines.PeerFailed, bench_site.SiteFailed, subprocess.SubprocessError, OSError)
HOSTILE, SEED, MISSPELT = 20_000, 3, 150
WORLDS, WORLD_QUESTIONS = 25, 240
CORPORA, CORPUS_QUESTIONS = 1_000, 20
LARGE, LARGE_SECONDS = 500_000, 5_400.0
LARGE_ENGINES = ("ours", "tantivy", "tantivy-joint")
RUNS = {
    "alqac25": ("alqac25", "--cross-validate", "5"),
    "alqac25 with half of the diacritics": ("alqac25", "--cross-validate", "5", "--fold-half"),
    "alqac25 without diacritics": ("alqac25", "--cross-validate", "5", "--fold-queries"),
    "phapdien": ("phapdien", "--cross-validate", "5"),
    "phapdien with half of the diacritics": ("phapdien", "--cross-validate", "5", "--fold-half"),
    "phapdien without diacritics": ("phapdien", "--cross-validate", "5", "--fold-queries"),
}


@dataclass
class Bench:
    """The folder of the data, the folder in which indexes are built, and the measurements so far."""

    data: Path
    work: Path
    figures: dict[str, Any]

    @cached_property
    def entries(self) -> list[Entry]:
        """The articles with all fields."""
        return bench_corpus.read_entries(self.data)

    @cached_property
    def articles(self) -> Path:
        """The articles in a file."""
        path = self.work / "articles.jsonl"
        if not path.exists():
            bench_corpus.write_entries(path, self.entries)
        return path

    @cached_property
    def questions(self) -> Path:
        """The questions in a file."""
        path = self.work / "questions.json"
        if not path.exists():
            bench_corpus.write_questions(path, self.entries, bench_corpus.read_questions(self.data))
        return path

    @cached_property
    def index(self) -> Path:
        """The product's index of the articles."""
        path = self.work / "ours"
        if not path.exists():
            engines.run("build", "ours", path, self.articles)
        return path

    @contextmanager
    def copy_of_index(self) -> Iterator[Path]:
        """An index that may be changed."""
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            yield Path(shutil.copytree(self.index, Path(folder) / "index"))


def peers(bench: Bench) -> dict[str, Any]:
    """Build every engine, then run the queries in rounds, one engine after the other. The best round counts for each
    kind of query, because other guests of the machine slow some rounds down. When an engine fails, the reason is
    stored and the others continue."""
    figures: dict[str, Any] = {}
    for name in engines.PEERS:
        folder = bench.work / name
        shutil.rmtree(folder, ignore_errors=True)
        try:
            figures[name] = engines.figures_of(name, folder, bench.articles, bench.questions)
        except engines.PeerFailed as error:
            figures[name] = {"failed": str(error)}
    for rounds in range(1, ROUNDS):
        for name in (name for name, peer in engines.PEERS.items() if peer.rounds > rounds and "ask" in figures[name]):
            _ask_again(bench, name, bench.work / name, figures[name])
    for name in engines.PEERS.keys() - {"ours"}:
        shutil.rmtree(bench.work / name, ignore_errors=True)
    return figures


def _ask_again(bench: Bench, name: str, folder: Path, figures: dict[str, Any]) -> None:
    figures["ask"] = better(figures["ask"], engines.run("ask", name, folder, bench.questions))


def better(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The measurements of one round, but for each kind of query those of the faster of two rounds."""
    shapes = [shape for shape, held in one.items() if isinstance(held, dict) and "p50" in held]
    return {**one, **{shape: min(one[shape], other[shape], key=lambda held: float(held["p50"])) for shape in shapes}}


def engine(bench: Bench) -> dict[str, Any]:
    """The product's engine beyond candidates: ranked provisions, a page of documents, changes seen by another
    process."""
    figures = {"layers": engines.run("layers", "ours", bench.index, bench.questions)}
    documents = [list(entries) for _, entries in groupby(bench.entries, key=lambda entry: entry.document)]
    with bench.copy_of_index() as folder:
        figures["follow"] = follow.measure(folder, documents)
    return figures


def sets(bench: Bench) -> dict[str, Any]:
    """Document numbers and names of laws: the share of queries whose first result is the right document, and the
    failures."""
    rows = list(bench_corpus.metadata(bench.data).values())
    numbers, store = {entry.document: entry.number for entry in bench.entries}, Index(bench.index)

    def first(query: str) -> str | None:
        hits = search(store, Request(query, limit=1), Access(None)).hits
        return numbers[hits[0].document] if hits else None

    figures = {}
    for name, cases in (
        ("numbers", question_sets.number_cases(rows)),
        ("laws", question_sets.law_cases(rows)),
    ):
        missed = question_sets.misses(cases, first)
        told = [[case.asked, sorted(case.right), found] for case, found in missed]
        figures[name] = {"cases": len(cases), "share": 1 - len(missed) / len(cases), "missed": told}
    return figures


def hostile(bench: Bench) -> dict[str, Any]:
    """All hostile queries in one new process."""
    given = [str(part) for part in (bench.index, bench.questions, HOSTILE, SEED)]
    return _json_of([sys.executable, "-m", "tests.bench.hostile", *given])


def worlds(_bench: Bench) -> dict[str, Any]:
    """The two-world comparison at full size; each difference is reported."""
    told: list[str] = []
    for seed in range(1, WORLDS + 1):
        with tempfile.TemporaryDirectory(prefix="docmgr-worlds-") as folder:
            told += two_worlds.differing(Path(folder), seed * 1000, WORLD_QUESTIONS)
    return {
        "worlds": WORLDS,
        "questions": WORLDS * WORLD_QUESTIONS,
        "differing": len(told),
        "first": told[:3],
    }


def differential(_bench: Bench) -> dict[str, Any]:
    """The engine compared with Whoosh's own codec and searcher on random corpora, many more than in the tests."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/indexer/whoosh/test_differential.py"]
    wanted = {**os.environ, "DOCMGR_DIFFERENTIAL_ROUNDS": str(CORPORA)}
    ran = subprocess.run(command, cwd=ROOT, env=wanted, capture_output=True, text=True)
    told = "" if ran.returncode == 0 else ran.stdout[-3000:]
    return {"corpora": CORPORA, "questions": CORPORA * CORPUS_QUESTIONS, "told": told}


def quality(bench: Bench) -> dict[str, Any]:
    """Run indexer.evaluate on both sets, with weights refitted per fold, with and without diacritics."""
    figures = {}
    for name, (corpus, *options) in RUNS.items():
        folder = bench.data / "retrieval" / corpus
        files = [str(folder / file) for file in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")]
        figures[name] = _json_of([sys.executable, "-m", "indexer.evaluate.__main__", *files, *options, "--json"])
    return figures


def asked(bench: Bench) -> dict[str, Any]:
    """Short questions in everyday words, defined terms, misspelt questions, completion and suggestions, in one new process."""
    return _json_of([sys.executable, "-m", "tests.bench.typed.asked", str(bench.index), str(bench.data), str(MISSPELT)])


def site(bench: Bench) -> dict[str, Any]:
    """The real site over the imported corpus: pages and hostile queries through HTTP."""
    home, said = bench.work / "home", "imported before"
    if not home.exists():
        home.mkdir()
        said = bench_site.fill(home, bench.data)
    texts = [asked.text for asked in bench_corpus.read_questions(bench.data)]
    return {"import": said, **bench_site.measure(home, texts, HOSTILE, SEED)}


def growth(bench: Bench) -> dict[str, Any]:
    """Our engine and Tantivy with 500,000 provisions and with the corpus as it is; the growth of the vocabulary."""
    steps: list[bench_growth.Step] = []
    path, copies = bench.work / "large.jsonl", math.ceil(LARGE / len(bench.entries)) - 1
    provisions = bench_corpus.write_entries(
        path, islice(bench_growth.grow(bench.entries, copies, steps), LARGE)
    )
    texts = [file.stat().st_size / 1e6 for file in (bench.articles, path)]
    large = {}
    for name in LARGE_ENGINES:
        folder = bench.work / f"{name}-large"
        shutil.rmtree(folder, ignore_errors=True)
        large[name] = engines.figures_of(name, folder, path, bench.questions, LARGE_SECONDS)
        for _ in range(1, ROUNDS):
            _ask_again(bench, name, folder, large[name])
        if name == "ours":
            large[name]["layers"] = engines.run("layers", name, folder, bench.questions)
        shutil.rmtree(folder)
    path.unlink()
    return {
        "corpus": len(bench.entries),
        "provisions": provisions,
        "texts_mb": texts,
        "large": large,
        "steps": [asdict(step) for step in steps],
    }


def _json_of(command: list[str]) -> dict[str, Any]:
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures
