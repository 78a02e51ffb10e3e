"""How often a sentence stands above the results and is right, and how often it is said that nothing is about a question.

`python -m tests.bench.questions.answers --data ../shared/data` builds an index of each corpus and prints a line for each set of questions. The
second half of the everyday questions is not asked.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from indexer.evaluate.corpus import build, documents_of, read_questions
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.search.search import search
from indexer.types import Access, Request, Results
from tests.bench.questions import definitions, everyday

UNANSWERABLE = Path(__file__).with_name("unanswerable.txt")
# A question, and the ids of the articles that answer it; none for a question that nothing answers.
Asked = tuple[str, Mapping[str, int]]


def sets(data: Path) -> Iterator[tuple[str, str, Sequence[Asked]]]:
    """Yield (name, corpus, questions) for each set."""
    articles = definitions.read_articles(data / "phapdien" / "corpus.jsonl.gz")
    yield "definitions", "phapdien", [(one.text, dict.fromkeys(one.right, 1)) for one in definitions.drawn(articles)]
    yield "everyday, first half", "phapdien", [(one.text, one.right) for one in everyday.load(everyday.FIRST)]
    yield "unanswerable", "phapdien", [(line, {}) for line in UNANSWERABLE.read_text(encoding="utf-8").splitlines()]
    for corpus in ("phapdien", "alqac25"):
        asked = read_questions(data / corpus / "queries.jsonl", data / corpus / "qrels.tsv", None)
        yield corpus, corpus, [(one.text, one.right) for one in asked]


def first(found: Results) -> str:
    """The anchor of the first provision; "" for none."""
    return next((place.anchor for hit in found.hits[:1] for place in hit.provisions[:1]), "")


def line(name: str, snapshot: Snapshot, asked: Sequence[Asked]) -> str:
    """The counts of one set as a line of text."""
    told = [(search(snapshot, Request(text, provisions_per_document=2), Access(None)), right) for text, right in asked]
    sure = [first(found) in right for found, right in told if found.answered == "sure"]
    right_first = [found for found, right in told if first(found) in right]
    far = sum(found.answered == "far" or not found.hits for found, _ in told)
    wrongly = sum(found.answered == "far" for found in right_first)
    return (
        f"{name}: {len(told)} asked; {len(sure)} answered, {sum(sure)} of them right; "
        f"nothing near {far}, {wrongly} of them among {len(right_first)} whose right article comes first"
    )


def main() -> int:
    """Build the indexes and print all lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data / "retrieval"
    with tempfile.TemporaryDirectory(prefix="answers-") as folder:
        snapshots = {}
        for corpus in ("phapdien", "alqac25"):
            store = Index(Path(folder) / corpus).create()
            build(store, documents_of(data / corpus / "corpus.jsonl.gz"))
            snapshots[corpus] = store.snapshot()
        for name, corpus, asked in sets(data):
            print(line(name, snapshots[corpus], asked), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
