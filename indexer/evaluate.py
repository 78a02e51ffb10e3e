"""How well the engine finds the right provision: `python -m indexer.evaluate CORPUS QUERIES.jsonl
QRELS.tsv`.

Indexes a corpus as the product does, in a temporary folder, asks every question through the product's own
matching and ranking, and prints the figures of information retrieval (nDCG@10 with graded gains, recall,
MRR).
"""

import argparse
import gzip
import hashlib
import json
import math
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer import model
from indexer.fitting import fit
from indexer.judging import judge
from indexer.search import rank_provisions
from indexer.store import Store
from indexer.text import fold
from indexer.types import Access, Entry, Request

# Entries written in one batch.
_CHUNK = 4_000
# Provisions ranked for the figures, and for the time of a question.
_DEPTH, _ASKED = 100, 10
_METRICS = ("ndcg@10", "recall@1", "recall@10", "recall@100", "mrr@10")
Ranking = Sequence[str]


@dataclass(frozen=True)
class Question:
    """A question with the relevance of each right provision."""

    qid: str
    text: str
    right: Mapping[str, int]


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl or .jsonl.gz file, one a line; ValueError for a line that is no object with an
    id."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict) or not row.get("id"):
                raise ValueError(f"{path}:{number}: no object with an id")
            yield row


def entry_of(row: Mapping[str, Any], document: int, order: int) -> Entry:
    """A corpus line as the entry that the product would index; its id is the anchor."""
    effective = row.get("effective")
    try:
        start = datetime.strptime(effective, "%d/%m/%Y").date() if effective else None
    except ValueError:
        start = None
    article = str(row.get("article") or "")
    return Entry(
        document=document,
        version=1,
        access=0,
        anchor=str(row["id"]),
        label=f"Điều {article}" if article else "",
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        doc_title=str(row.get("doc_title") or row.get("law") or ""),
        doc_type=str(row.get("doc_type") or ""),
        number=str(row.get("number") or ""),
        effective_from=start,
        order=order,
    )


def documents_of(path: Path) -> dict[str, list[Entry]]:
    """Corpus lines grouped by document: number, else the name of the law, else each line for itself."""
    grouped: dict[str, list[Entry]] = defaultdict(list)
    places: dict[str, int] = {}
    for row in read_corpus(path):
        name = str(row.get("number") or row.get("law") or row.get("doc_title") or row["id"])
        document = places.setdefault(name, len(places) + 1)
        grouped[name].append(entry_of(row, document, len(grouped[name])))
    return grouped


def build(store: Store, documents: Mapping[str, list[Entry]]) -> None:
    """Index all documents through the product's batches, then join segments as an idle worker does."""
    waiting = list(documents.values())
    while waiting:
        with store.write_batch() as batch:
            while waiting and batch.size < _CHUNK:
                entries = waiting.pop()
                batch.replace(entries[0].document, entries)
    while store.tidy():
        pass


def read_questions(queries: Path, qrels: Path, sample: int | None) -> list[Question]:
    """Questions with a right answer; `sample` keeps so many, those with the smallest SHA-1 of their qid. ValueError or
    KeyError for lines of another form."""
    right: dict[str, dict[str, int]] = defaultdict(dict)
    for line in qrels.read_text(encoding="utf-8").splitlines():
        if line.strip():
            qid, provision, relevance = line.split("\t")
            if int(relevance) > 0:
                right[qid][provision] = int(relevance)
    rows = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [
        Question(str(row["qid"]), str(row["text"]), right[str(row["qid"])])
        for row in rows
        if str(row["qid"]) in right
    ]
    return found if sample is None else sorted(found, key=_lot)[:sample]


def _lot(question: Question) -> str:
    """What questions are drawn by: the same ones in every run, whatever their order."""
    return hashlib.sha1(question.qid.encode()).hexdigest()


def measure(question: Question, ranking: Ranking) -> dict[str, float]:
    """The figures of one question from the ids in ranked order."""
    gains = [question.right.get(provision, 0) for provision in ranking[:10]]
    ideal = sorted(question.right.values(), reverse=True)[:10]
    first = next((place for place, gain in enumerate(gains, 1) if gain), 0)
    figures = {"ndcg@10": _dcg(gains) / _dcg(ideal), "mrr@10": 1 / first if first else 0.0}
    for depth in (1, 10, 100):
        figures[f"recall@{depth}"] = len(set(ranking[:depth]) & set(question.right)) / len(question.right)
    return figures


def _dcg(gains: Sequence[int]) -> float:
    return sum((2.0**gain - 1) / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def means(measured: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each figure, 0 without questions."""
    return {name: round(sum(one[name] for one in measured) / max(len(measured), 1), 4) for name in _METRICS}


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else 0.0


def _as_is(text: str) -> str:
    return text


def _half_folded(text: str) -> str:
    """A text with every second word without diacritics, the first one as it is."""
    return " ".join(fold(word) if place % 2 else word for place, word in enumerate(text.split()))


def ask(
    store: Store, questions: Sequence[Question], typed: Callable[[str], str] = _as_is
) -> tuple[list[dict[str, float]], list[float]]:
    """(figures, milliseconds for ten provisions) of each question, asked as `typed` makes it; the deeper ranking is not
    timed."""
    measured, latencies = [], []
    for question in questions:
        text = typed(question.text)
        started = time.perf_counter()
        rank_provisions(store, Request(text, limit=_ASKED), Access(None))
        latencies.append((time.perf_counter() - started) * 1000)
        ranked = rank_provisions(store, Request(text, limit=_DEPTH), Access(None))
        measured.append(measure(question, [provision.anchor for provision in ranked]))
    return measured, latencies


def folds_of(questions: Sequence[Question], count: int) -> list[list[int]]:
    """Positions of the questions of each fold, dealt out in the order of the SHA-1 of their qid."""
    order = sorted(range(len(questions)), key=lambda place: _lot(questions[place]))
    return [sorted(order[start::count]) for start in range(count)]


def cross_validate(
    store: Store, questions: Sequence[Question], typed: Callable[[str], str], folds: Sequence[Sequence[int]]
) -> list[dict[str, float]]:
    """The figures of each question, ranked with weights fitted on the questions of all other folds, which keep their
    marks."""
    snapshot = store.snapshot()
    judged = [judge(snapshot, question.text, question.right, 1.0) for question in questions]
    measured: list[dict[str, float]] = [{} for _ in questions]
    for own in folds:
        others = [one for place, one in enumerate(judged) if one is not None and place not in own]
        with model.weighing(fit(others)):
            figures, _ = ask(store, [questions[place] for place in own], typed)
        for place, figure in zip(own, figures, strict=True):
            measured[place] = figure
    return measured


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """Build, ask and sum up."""
    questions = read_questions(arguments.queries, arguments.qrels, arguments.sample)
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        started = time.perf_counter()
        documents = documents_of(arguments.corpus)
        count = sum(map(len, documents.values()))
        store = Store(Path(folder) / "index").create()
        build(store, documents)
        seconds = time.perf_counter() - started
        size = store.describe()["bytes"]
        typed = arguments.typed
        measured, latencies = ask(store, questions, typed)
        folds = folds_of(questions, arguments.cross_validate) if arguments.cross_validate else []
        if folds:
            measured = cross_validate(store, questions, typed, folds)
    report: dict[str, Any] = dict(means(measured))
    report |= {"queries": len(questions), "documents": count, "docs_per_s": round(count / seconds, 1)}
    report["index_mb"] = round(int(size) / 1e6, 3)
    report["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    report["latency_ms"] = {
        "p50": round(percentile(latencies, 0.5), 2),
        "p95": round(percentile(latencies, 0.95), 2),
    }
    if folds:
        report["folds"] = [
            {**means([measured[place] for place in fold]), "queries": len(fold)} for fold in folds
        ]
    return report


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m indexer.evaluate", description=__doc__.splitlines()[0])
    made.add_argument("corpus", type=Path, metavar="CORPUS", help="provisions, .jsonl or .jsonl.gz")
    made.add_argument("queries", type=Path, metavar="QUERIES.jsonl")
    made.add_argument("qrels", type=Path, metavar="QRELS.tsv")
    marks = made.add_mutually_exclusive_group()
    marks.set_defaults(typed=_as_is)
    marks.add_argument(
        "--fold-queries", action="store_const", dest="typed", const=fold, help="ask without diacritics"
    )
    marks.add_argument(
        "--fold-half", action="store_const", dest="typed", const=_half_folded,
        help="ask with every second word without diacritics",
    )  # fmt: skip
    made.add_argument("--sample", type=int, metavar="N", help="only N questions (smallest SHA-1 of the qid)")
    made.add_argument(
        "--cross-validate", type=int, metavar="K",
        help="refit the weights of ranking for each of K folds on the questions of the others, and report the "
        "figures so found, all together and each fold",
    )  # fmt: skip
    made.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; exit 2 for files that cannot be read."""
    given = parser().parse_args(arguments)
    try:
        report = evaluate(given)
    except (OSError, ValueError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        for name, value in report.items():
            print(f"{name:14} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
