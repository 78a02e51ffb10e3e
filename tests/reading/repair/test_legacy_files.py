"""Given government files in TCVN3 and VNI fonts, compared syllable by syllable with their transcripts in Unicode.

Run with -s to see the table.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from legaltext.text import clean
from legaltext.text import syllables as syllables_of
from tests.support import needs
from tests.support.halves import halves
from tests.tools.field_table import Fields
from tests.tools.given import GivenFiles

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
LEGACY = DATA / "legacy_encodings"
# Its transcript has the words that its author deleted with tracked changes; a reading has the text that remains.
TRACKED = "2004-1ED4D"
# By the SHA-1 of a file: the values that a person read in it. A field that the file lacks has no entry.
FACTS = json.loads((Path(__file__).parent / "legacy_facts.json").read_text("utf-8"))
ASKED = ("type", "number", "issuer", "issued_on")
UNICODE_FOLDERS = ("docx", "decree30", "htm", "seed")
NEEDED = pytest.mark.skipif(not LEGACY.exists(), reason="the shared data folder is not there")


def syllables(text: str) -> list[str]:
    """The syllables of a text in small letters: transcripts keep small letters where a font shows capitals. Figures are no
    syllables; a workbook shows them rounded."""
    return re.findall(r"[^\W\d_]+", clean(text).lower())


def accuracy(text: str, transcript: str) -> tuple[int, int]:
    """(syllables of the transcript that the text has, syllables of the transcript). A syllable that the transcript of a PDF
    tears apart ("l ý") counts where the text has the whole."""
    wanted, found = syllables(transcript), Counter(syllables(text))
    missing, extra = Counter(wanted) - found, found - Counter(wanted)
    hits = len(wanted) - sum(missing.values())
    for first, second in zip(wanted, wanted[1:], strict=False):
        if extra[first + second] > 0 and missing[first] > 0 and missing[second] > 0:
            extra[first + second] -= 1
            missing[first] -= 1
            missing[second] -= 1
            hits += 2
    return hits, len(wanted)


def transcript_of(path: Path) -> str:
    """What a person transcribed of a file."""
    folders = (LEGACY / "ground-truth", LEGACY / "ground-truth-synthetic")
    return next(folder / f"{path.stem}.txt" for folder in folders if (folder / f"{path.stem}.txt").exists()).read_text("utf-8")


@NEEDED
@pytest.mark.parametrize("half", [0, 1], ids=["open", "unseen"])
def test_syllables_of_given_files(half: int, given_files: GivenFiles) -> None:
    files = halves(path for path in (LEGACY / "corpus").rglob("*.*") if path.is_file())[half]
    table: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for path in files:
        reading = given_files.read(path)
        if path.name.startswith(TRACKED):
            continue
        assert (reading.outcome, reading.health) == ("text", "converted"), path.name
        assert reading.old_fonts is not None
        table[" ".join(reading.old_fonts.encodings), reading.kind].append(accuracy(reading.text, transcript_of(path)))
    assert sum(map(len, table.values())) >= 0.9 * len(files) > 10
    for (encodings, kind), rows in sorted(table.items()):
        hits, total = map(sum, zip(*rows, strict=True))
        worst = min(one / of for one, of in rows)
        print(f"\n{encodings:12} {kind:5} {len(rows):3} files {total:7} syllables {hits / total:.4f} worst {worst:.4f}", end="")
        assert hits / total >= 0.97


@NEEDED
def test_facts_of_given_files(record_property: Callable[[str, object], None], given_files: GivenFiles) -> None:
    """Type, number, issuer and date of the official documents among the files, against what a person read. LibreOffice
    is needed: antiword shows no fonts of capitals, by which headings are recognised."""
    needs.office("writer")
    files = {hashlib.sha1(path.read_bytes()).hexdigest(): path for path in (LEGACY / "corpus").rglob("*.*") if path.is_file()}
    right, wrong = 0, []
    fields = Fields("given files in old fonts")
    for key, wanted in FACTS.items():
        reading = given_files.read(files[key])
        found = reading.interpretation
        fields.add(reading.kind, files[key].name, wanted, found.facts if found else {}, ASKED, syllables_of)
        facts = {name: fact.value for name, fact in found.facts.items()} if found else {}
        for name, value in wanted.items():
            right += same(facts.get(name), value)
            wrong += [] if same(facts.get(name), value) else [f"{files[key].name}: {name} {facts.get(name)!r} for {value!r}"]
    fields.tell(record_property)
    print(f"\nfacts: {right} right of {right + len(wrong)}", *wrong, sep="\n  ")
    assert right / (right + len(wrong)) >= 0.9


def same(found: str | None, wanted: str) -> bool:
    """Whether two values are the same but for capitals and where the tone stands."""
    return found is not None and syllables_of(found) == syllables_of(wanted)


@NEEDED
def test_no_given_file_in_unicode_is_converted(given_files: GivenFiles) -> None:
    files = [path for folder in UNICODE_FOLDERS for path in (DATA / folder).iterdir()]
    readings = {path.name: given_files.read(path) for path in files}
    assert [name for name, one in readings.items() if one.outcome == "text" and one.health != "good"] == []
    assert len(readings) > 15
