"""Measure how well the search engine finds the right provision for judged queries.

`python -m indexer.evaluate CORPUS QUERIES.jsonl QRELS.tsv` indexes a corpus in a temporary folder as the
product does, runs every query through the product's own matching and ranking, and prints the usual measures
of information retrieval (nDCG@10 with graded gains, recall, MRR).
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from indexer.evaluate.corpus import build, documents_of, read_questions
from indexer.evaluate.metrics import means, percentile
from indexer.evaluate.run import _as_is, ask, cross_validate, folds_of
from indexer.index.index import Index
from legaltext.text import fold


def _half_folded(text: str) -> str:
    """Remove the diacritics from every second word of `text`, beginning with the second word, and return the
    text."""
    return " ".join(fold(word) if place % 2 else word for place, word in enumerate(text.split()))


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """Build the index, run all queries and return the report. `arguments` are the parsed arguments of
    `parser`. The report maps the name of each measure to its value; with cross-validation, "folds" lists the
    measures of each fold."""
    questions = read_questions(arguments.queries, arguments.qrels, arguments.sample)
    with tempfile.TemporaryDirectory(prefix="evaluate-") as folder:
        started = time.perf_counter()
        documents = documents_of(arguments.corpus)
        count = sum(map(len, documents.values()))
        store = Index(Path(folder) / "index").create()
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
    """Make the argument parser of `python -m indexer.evaluate`."""
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
    """Run the command with `arguments`; None means those of the process. Returns the exit code: 0, or 2 where
    a file cannot be read or has wrong content."""
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
