"""The benchmark tables: how well and how fast the engine finds, on the corpora of `--data` where they are.

`python tests/tools/bench.py [--data ../shared/data] [--full]`. Each row is one run of `python -m indexer.evaluate`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """One row: the corpus' folder and the options given to the evaluation."""

    corpus: str
    options: tuple[str, ...] = ()


RUNS = (
    Run("alqac25"),
    Run("alqac25", ("--fold-queries",)),
    Run("phapdien", ("--sample", "100")),
    Run("phapdien", ("--sample", "100", "--fold-queries")),
)
FULL = (*RUNS[:2], Run("phapdien"), Run("phapdien", ("--fold-queries",)))
COLUMNS = ("ndcg@10", "recall@1", "recall@10", "recall@100", "mrr@10")


def evaluate(data: Path, run: Run) -> dict[str, Any]:
    """The figures of one run. Raises CalledProcessError."""
    folder = data / "retrieval" / run.corpus
    files = [str(folder / name) for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")]
    command = [sys.executable, "-m", "indexer.evaluate", *files, *run.options, "--json"]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def row(run: Run, figures: dict[str, Any]) -> str:
    """One line of the Markdown table."""
    quality = " | ".join(f"{figures[column]:.3f}" for column in COLUMNS)
    latency = figures["latency_ms"]
    rest = (
        f"{figures['queries']} | {figures['documents']} | {figures['docs_per_s']:.0f} | {figures['index_mb']:.0f} | "
        f"{figures['peak_rss_mb']:.0f} | {latency['p50']:.1f} | {latency['p95']:.1f}"
    )
    return f"| {run.corpus} {' '.join(run.options)} | {quality} | {rest} |"


def main() -> int:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    parser.add_argument("--full", action="store_true", help="all questions instead of a sample")
    arguments = parser.parse_args()
    if not (arguments.data / "retrieval").is_dir():
        print(f"no corpora at {arguments.data / 'retrieval'}; nothing measured", file=sys.stderr)
        return 2
    names = (*COLUMNS, "questions", "provisions", "docs/s", "index MB", "peak MB", "p50 ms", "p95 ms")
    print("| corpus | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|", flush=True)
    for run in FULL if arguments.full else RUNS:
        print(row(run, evaluate(arguments.data.resolve(), run)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
