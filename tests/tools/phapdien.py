"""The 49,094 articles of the codification as documents: text files, then `import --wait` into DOCMGR_HOME.

`python tests/tools/phapdien.py --data ../shared/data [--limit N] [--keep FOLDER]`. Prints the results for the files,
the time, and the peak memory of the import with its children.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import gzip
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FLASK = (sys.executable, "-m", "flask", "--app", "docmgr")


def documents(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    """The articles by the number of their document, in the order of the articles."""
    found: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            found[article["id"].split("%")[0]].append(article)
    for articles in found.values():
        articles.sort(key=lambda article: _place(article["article"]))
    return found


def _place(article: str) -> tuple[int, str]:
    digits = re.match(r"\d+", str(article))
    return (int(digits[0]) if digits else 0, str(article))


def shape(articles: list[dict[str, Any]]) -> str:
    """A document as it would be printed: the heading, then its articles."""
    first = articles[0]
    head = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Số: {first['number']}",
        "",
        (first["doc_type"] or "").upper(),
        first["doc_title"] or "",
        "",
    ]
    body = [f"Điều {a['article']}. {a['title'] or ''}\n{a['text']}\n" for a in articles]
    return "\n".join([*head, *body])


def write(found: dict[str, list[dict[str, Any]]], folder: Path) -> int:
    """Write one file per document, in folders of a hundred; returns the number of articles."""
    count = 0
    for position, (number, articles) in enumerate(sorted(found.items())):
        place = folder / f"{position // 100:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{position:04}-{re.sub(r'[^0-9a-zđ-]+', '-', number.lower())}.txt").write_text(shape(articles), encoding="utf-8")
        count += len(articles)
    return count


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep is not None:
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory(prefix="docmgr-phapdien-") as made:
        yield Path(made)


def main() -> int:
    """Write the files, import them, report; returns the exit code of the import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data")
    parser.add_argument("--limit", type=int, help="only so many documents")
    parser.add_argument("--keep", help="write the files here and leave them")
    arguments = parser.parse_args()
    corpus = arguments.data / "retrieval" / "phapdien" / "corpus.jsonl.gz"
    if not corpus.exists():
        print(f"no corpus at {corpus}", file=sys.stderr)
        return 2
    found = dict(list(documents(corpus).items())[: arguments.limit])
    with _folder(arguments.keep) as folder:
        articles = write(found, folder)
        del corpus
        command = (*FLASK, "import", str(folder), "--folder", "Pháp điển", "--wait", "--json")
        started = time.monotonic()
        answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        seconds = time.monotonic() - started
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    states = collections.Counter((row.get("outcome"), row.get("state")) for row in rows)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{len(found)} documents, {articles} articles: {seconds:.0f} s, peak {peak:.0f} MB of one process")
    for (outcome, state), count in states.most_common():
        print(f"  {outcome} / {state}: {count}")
    return answer.returncode


if __name__ == "__main__":
    sys.exit(main())
