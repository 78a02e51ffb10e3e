"""Citations in given files, against labels that were made by reading them.

Each label file has, for some lines of some files, all citations and own references in these lines: the SHA-1 of the
file, the offsets of a line in the text that is read, and for each mention [start, end, own, provisions]. Of a
codification article the file is the document that `tests.tools.phapdien.shape` makes. No text is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.process.read import read_here
from docmgr.services.texts.read_file import described
from tests.tools.phapdien import documents, shape

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
LABELS = Path(__file__).parent / "labels"
CORPUS = DATA / "retrieval/phapdien/corpus.jsonl.gz"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="không có tài liệu dùng chung ../shared/data")


@cache
def _given() -> dict[str, Path]:
    files = [*DATA.glob("docx/*.docx"), *DATA.glob("htm/*.htm"), *DATA.glob("decree30/*.docx")]
    return {hashlib.sha1(path.read_bytes()).hexdigest(): path for path in files}


@cache
def _codified() -> dict[str, bytes]:
    made = (shape(articles).encode() for articles in documents(CORPUS).values())
    return {hashlib.sha1(data).hexdigest(): data for data in made}


def _read(sha1: str, folder: Path) -> dict[str, Any]:
    path = _given().get(sha1)
    if path is None:
        path = folder / f"{sha1}.txt"
        path.write_bytes(_codified()[sha1])
    return described(str(path), read_here(path, path.name, DEFAULT_LIMITS, True, lambda _: None))


def _same(found: dict[str, Any], start: int, end: int, own: bool) -> bool:
    """Whether a found mention is the labelled one: of the same sort, and most of the words of both are shared."""
    shared = min(found["end"], end) - max(found["start"], start)
    longest = max(found["end"], end) - min(found["start"], start)
    return bool(found["own"] == own and shared * 2 >= longest)


def _count(name: str, folder: Path) -> Counter[str]:
    """Count what was found of the labels in a file: "labelled", "found", "right", and "placed" for those of the right
    ones whose provisions are right too."""
    count: Counter[str] = Counter()
    for labelled in json.loads((LABELS / name).read_text(encoding="utf-8")):
        read = _read(labelled["file"], folder)
        for begin, stop, marks in labelled["lines"]:
            found = [one for one in read["citations"] if begin <= one["start"] < stop]
            count.update(found=len(found), labelled=len(marks))
            for start, end, own, provisions in marks:
                hit = next((one for one in found if _same(one, start, end, own)), None)
                if hit is None:
                    print("missed", labelled["file"][:6], start, end, read["text"][start:end])
                    continue
                count["right"] += 1
                count["placed"] += sorted(hit["provision"]) == sorted(provisions)
                if sorted(hit["provision"]) != sorted(provisions):
                    print(
                        "provision",
                        labelled["file"][:6],
                        start,
                        read["text"][start:end],
                        hit["provision"],
                        provisions,
                    )
                found.remove(hit)
            for one in found:
                print("too many", labelled["file"][:6], one["start"], one["quote"], one["own"])
    return count


@pytest.mark.parametrize(("name", "least"), [("open.json", 150), ("unseen.json", 150), ("later.json", 80)])
def test_labelled_citations_are_found(name: str, least: int, tmp_path: Path) -> None:
    count = _count(name, tmp_path)
    precision, recall = count["right"] / count["found"], count["right"] / count["labelled"]
    placed = count["placed"] / count["right"]
    print(
        f"\n{name}: {count['labelled']} dẫn chiếu, đúng {precision:.3f}, tìm thấy {recall:.3f}, đúng điều khoản {placed:.3f}"
    )
    assert count["labelled"] >= least
    assert precision >= 0.98
    assert recall >= 0.95
    assert placed >= 0.95
