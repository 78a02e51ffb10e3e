"""Every field of the given files against values that a person read from them (all_fields.json, by the file's SHA-1).

Of each field it counts the right, the wrong, the missing and the invented values, over the half of the files that rules
were written against and over the unseen half. A value is right when it equals the person's value except for case,
spaces and the shape of dashes and quotation marks; recipients are compared as a list, of which only a hash is kept.
Transcripts of spreadsheets are left out, because the tables of figures in them are no documents.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from docmgr.reading.facts.facts import FIELDS
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import TEXT, Fact
from tests.support.halves import is_open

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
FOLDERS = ("docx", "htm", "decree30", "seed", "legacy_encodings/ground-truth")
Labels = dict[str, dict[str, str]]
LABELS: Labels = json.loads((Path(__file__).parent / "all_fields.json").read_text(encoding="utf-8"))
SCORES = ("right", "wrong", "missing", "invented")

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="không có tài liệu dùng chung ../shared/data để đối chiếu"
)


def plain(value: str) -> str:
    """A value for comparison: in small letters, with single spaces, plain quotation marks and hyphens."""
    marks = re.sub("[–—]", "-", re.sub('[“”„«»"]', '"', value))
    return re.sub(r"\s+", " ", marks).strip().casefold()


def shown(fact: Fact) -> str:
    """The value of a fact as it is kept in all_fields.json: recipients by a hash of the list, other values as they are."""
    if fact.field == "recipients":
        return hashlib.sha1(plain("|".join(fact.values)).encode()).hexdigest()
    return fact.value or ""


def sha1(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


def given() -> list[Path]:
    """The given files for which values are kept."""
    found = (path for folder in FOLDERS for path in sorted((DATA / folder).iterdir()) if path.is_file())
    return [path for path in found if sha1(path) in LABELS]


def scores(paths: list[Path]) -> tuple[dict[str, Counter[str]], list[str]]:
    """Read the files; return the counts of each field, and a line for each value that is not right."""
    counts = {field: Counter[str]() for field in FIELDS}
    faults: list[str] = []
    with Reader() as reader:
        for path in paths:
            reading = reader.read(path)
            assert reading.outcome == TEXT and reading.interpretation is not None, path.name
            for field in FIELDS:
                fact, wanted = reading.interpretation.facts.get(field), LABELS[sha1(path)].get(field)
                found = shown(fact) if fact is not None else None
                if wanted is None and found is None:
                    continue
                same = wanted is not None and found is not None and plain(wanted) == plain(found)
                score = "right" if same else "invented" if wanted is None else "missing" if found is None else "wrong"
                counts[field][score] += 1
                if not same:
                    faults.append(f"{path.name} · {field} · {score}: {found!r}")
    return counts, faults


def told(name: str, counts: dict[str, Counter[str]]) -> Counter[str]:
    """Print the table of one half; return the counts of all fields together."""
    print(f"\n{name:<16}{''.join(f'{score:>10}' for score in SCORES)}")
    for field, tally in counts.items():
        print(f"{field:<16}{''.join(f'{tally[score]:>10}' for score in SCORES)}")
    return sum(counts.values(), Counter[str]())


@pytest.mark.parametrize("half", ["open", "unseen"])
def test_every_field_of_the_given_files(half: str) -> None:
    counts, faults = scores([path for path in given() if is_open(path) == (half == "open")])
    total = told(half, counts)
    stated = total["right"] + total["wrong"] + total["missing"]
    proposed = total["right"] + total["wrong"] + total["invented"]
    print(f"{total['right'] / stated:.1%} right, {total['invented'] / proposed:.1%} invented", *faults, sep="\n")
    assert stated > 100 and total["right"] >= 0.95 * stated, faults
    assert total["wrong"] + total["invented"] <= 0.05 * proposed and total["invented"] <= 0.01 * proposed, faults
