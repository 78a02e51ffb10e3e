"""Every field of the given files against values that a person read from them (all_fields.json, by the file's SHA-1).

Of each kind and field it counts the right, the wrong, the missing and the invented values, over the half of the files that rules
were written against and over the unseen half. A value is right when it equals the person's value except for case,
spaces and the shape of dashes and quotation marks; recipients are compared as a list, of which only a hash is kept.
Transcripts of spreadsheets are left out, because the tables of figures in them are no documents.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from docmgr.reading.types import TEXT
from tests.support.halves import is_open
from tests.tools.field_table import Fields
from tests.tools.given import GivenFiles

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
FOLDERS = ("docx", "htm", "decree30", "seed", "legacy_encodings/ground-truth")
LABELS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "all_fields.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="không có tài liệu dùng chung ../shared/data để đối chiếu"
)


def sha1(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


def given() -> list[Path]:
    """The given files for which values are kept."""
    found = (path for folder in FOLDERS for path in sorted((DATA / folder).iterdir()) if path.is_file())
    return [path for path in found if sha1(path) in LABELS]


@pytest.mark.parametrize("half", ["open", "unseen"])
def test_every_field_of_the_given_files(half: str, record_property: Callable[[str, object], None], given_files: GivenFiles) -> None:
    fields = Fields(f"given files, {half} half")
    for path in (path for path in given() if is_open(path) == (half == "open")):
        reading = given_files.read(path)
        assert reading.outcome == TEXT and reading.interpretation is not None, path.name
        fields.add(reading.kind, path.name, LABELS[sha1(path)], reading.interpretation.facts)
    fields.tell(record_property)
    total = fields.total
    assert total["right"] > 100 and fields.share_right() >= 0.95, fields.faults
    proposed = total["right"] + total["wrong"] + total["invented"]
    assert total["wrong"] + total["invented"] <= 0.05 * proposed and fields.share_invented() <= 0.01, fields.faults
