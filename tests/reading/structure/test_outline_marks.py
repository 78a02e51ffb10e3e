"""The outline of the given files against marks that an independent script set and a person checked.

outline_marks.json keeps for each file (by its SHA-1) a list of [offset, label, offset of the mark that holds it or -1].
tests/tools/outline_marks.py set them; where it and the reading of provisions disagreed, a person read the place. Bullets,
paragraphs, headings and signatures carry no mark.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from docmgr.reading.types import Interpretation
from legaltext.labels import OPENING, SIGNATURE, UNNUMBERED
from tests.support.halves import is_open
from tests.tools.given import GivenFiles
from tests.tools.outline_marks import marks_of

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
KEPT: dict[str, list[tuple[int, str, int]]] = json.loads(
    (Path(__file__).parent / "outline_marks.json").read_text(encoding="utf-8")
)
UNMARKED = re.compile("|".join((*UNNUMBERED.values(), OPENING, SIGNATURE)))
Marks = set[tuple[int, str, int]]

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="không có tài liệu dùng chung ../shared/data để đối chiếu"
)


def read_marks(result: Interpretation) -> Marks:
    """The numbered provisions of a text as marks."""
    known = {provision.anchor: provision for provision in result.provisions}
    marks: Marks = set()
    for provision in result.provisions:
        if UNMARKED.match(provision.label):
            continue
        holder = known.get(provision.parent or "")
        while holder is not None and UNMARKED.match(holder.label):
            holder = known.get(holder.parent or "")
        marks.add((provision.start, provision.label, holder.start if holder else -1))
    return marks


@pytest.mark.parametrize("half", ["open", "unseen"])
def test_the_outline_of_the_given_files(half: str, given_files: GivenFiles) -> None:
    right = total = seconded = 0
    faults: list[str] = []
    for path in (*sorted((DATA / "docx").iterdir()), *sorted((DATA / "htm").iterdir())):
        if is_open(path) != (half == "open"):
            continue
        result = given_files.read(path).interpretation
        assert result is not None
        kept = {(a, b, c) for a, b, c in KEPT[hashlib.sha1(path.read_bytes()).hexdigest()]}
        found = read_marks(result)
        right += len(found & kept)
        total += len(found | kept)
        seconded += len(kept & set(marks_of(result.text)))
        faults += [f"{path.name} {mark}" for mark in sorted(found ^ kept)]
    print(f"\n{half}: {right} of {total} outline marks right ({right / total:.2%}); the second opinion has {seconded}")
    assert total > 1400 and right >= 0.99 * total, faults[:20]
    assert seconded > 0.6 * total


def test_the_marks_are_many() -> None:
    assert sum(map(len, KEPT.values())) >= 3000


def test_the_second_opinion_is_independent() -> None:
    source = (Path(__file__).parents[2] / "tools/outline_marks.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:from|import)\s+(?:docmgr|legaltext|indexer)", source, re.MULTILINE)
