"""`make bench`: all measurements of the search engine next to those of other engines, as Markdown tables and as JSON.

`python -m tests.bench [--data ../shared/data] [--only PART…] [--work FOLDER] [--json FILE] [--full]`. Parts run one
after the other, and each prints its table when it is done. With `--work` what was built is kept and used again;
`--tables FILE` only prints the tables of stored measurements.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import parts, tables
from tests.bench.measure import machine
from tests.bench.parts import Bench
from tests.bench.reading import by_kind

ROOT = Path(__file__).resolve().parents[2]
PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "peers": parts.peers,
    "engine": parts.engine,
    "sets": parts.sets,
    "hostile": parts.hostile,
    "worlds": parts.worlds,
    "differential": parts.differential,
    "quality": parts.quality,
    "asked": parts.asked,
    "site": parts.site,
    "reading": lambda bench: by_kind.measure(bench.work),
}
FULL = {**PARTS, "growth": parts.growth}


def main() -> int:
    """Measure and print; exit code 2 when the corpora are missing, 1 when a part failed."""
    arguments = _arguments()
    if arguments.tables:
        print(tables.everything(json.loads(arguments.tables.read_text(encoding="utf-8"))))
        return 0
    data = arguments.data.resolve()
    if not (data / "retrieval").is_dir():
        print(f"no corpora at {data / 'retrieval'}; nothing measured", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="docmgr-bench-") as made:
        work = arguments.work.resolve() if arguments.work else Path(made)
        work.mkdir(parents=True, exist_ok=True)
        return _run(Bench(data, work, {"machine": machine()}), arguments)


def _run(bench: Bench, arguments: argparse.Namespace) -> int:
    failed = 0
    print(tables.describe(bench.figures["machine"]), flush=True)
    for name in arguments.only or (FULL if arguments.full else PARTS):
        started = time.monotonic()
        try:
            bench.figures[name] = FULL[name](bench)
        except parts.FAILURES as error:
            failed = 1
            print(f"\n{name}: {error}", file=sys.stderr, flush=True)
            continue
        bench.figures[name]["minutes"] = round((time.monotonic() - started) / 60, 1)
        if arguments.json:
            arguments.json.write_text(
                json.dumps(bench.figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
        print("\n" + tables.part(name, bench.figures), flush=True)
    if arguments.write:
        written = tables.document(bench.figures)
        if arguments.only and arguments.write.is_file():
            written = tables.merged(arguments.write.read_text(encoding="utf-8"), bench.figures)
        arguments.write.write_text(written, encoding="utf-8")
    return failed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    parser.add_argument("--only", nargs="+", choices=tuple(FULL), metavar="PART", help=", ".join(FULL))
    parser.add_argument("--work", type=Path, help="keep what is built here, and use what is there")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--write", type=Path, help="write the document of all tables here; with --only, its sections alone")
    parser.add_argument("--tables", type=Path, help="only print the tables of figures written before")
    parser.add_argument("--full", action="store_true", help="also at 500,000 provisions")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
