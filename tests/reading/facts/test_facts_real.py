"""Facts of real published files, compared with values that a person read from them (facts_truth.json).

The files are not part of the repository; the tests are skipped when they are absent. A value is right when it equals
the person's value except for spaces, case and the shape of quotation marks. A field that a person cannot read from
the file does not count, but a value proposed for it is a false one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from docmgr.reading.types import TEXT
from tests.support import needs
from tests.tools.field_table import Fields
from tests.tools.given import GivenFiles

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
TRUTH: dict[str, dict[str, str | None]] = json.loads(
    (Path(__file__).parent / "facts_truth.json").read_text(encoding="utf-8")
)
TARGETS = ("number", "issued_on", "type", "issuer", "subject")
ALSO = ("place", "effective_from")

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="không có tài liệu dùng chung ../shared/data để đối chiếu"
)


def plain(value: str | None) -> str | None:
    """A value for comparison, with spaces, case and quotation marks normalised."""
    if value is None:
        return None
    return re.sub(r"\s+", " ", re.sub('[“”„«»"]', '"', value)).strip().casefold()


Score = dict[str, list[int]]


def score(files: dict[str, Path], fields: Fields, given_files: GivenFiles) -> tuple[Score, list[str]]:
    """{field: [right, readable, false]} over the files, and one line for each value that is not right. Counts `fields`
    too."""
    counts: Score = {field: [0, 0, 0] for field in (*TARGETS, *ALSO)}
    wrong: list[str] = []
    for name, path in files.items():
        reading = given_files.read(path)
        assert reading.outcome == TEXT, (name, reading.reason_code)
        assert reading.interpretation is not None
        facts = reading.interpretation.facts
        fields.add(reading.kind, name, TRUTH[name], facts, (*TARGETS, *ALSO))
        for field, tally in counts.items():
            expected, fact = plain(TRUTH[name][field]), facts.get(field)
            found = plain(fact.value) if fact is not None else None
            tally[0] += expected is not None and found == expected
            tally[1] += expected is not None
            tally[2] += expected is None and found is not None
            if found != expected:
                wrong.append(f"{name} · {field}: {found!r}, đúng ra {expected!r}")
    return counts, wrong


def report(title: str, counts: Score, wrong: list[str]) -> str:
    """The table of the test report."""
    rows = [f"{title}", f"{'trường':<16}{'đúng':>6}{'đọc được':>10}{'tỷ lệ':>8}{'sai thừa':>10}"]
    for field, (right, readable, false) in counts.items():
        share = f"{100 * right / readable:.1f}%" if readable else "–"
        rows.append(f"{field:<16}{right:>6}{readable:>10}{share:>8}{false:>10}")
    return "\n".join(["", *rows, *wrong])


def share(counts: Score) -> float:
    """The share of right values among those that a person can read, over the target fields."""
    return sum(counts[f][0] for f in TARGETS) / sum(counts[f][1] for f in TARGETS)


def test_the_truth_covers_every_file() -> None:
    folders = {"docx": "*.docx", "decree30": "*.doc*", "htm": "*.htm"}
    there = {
        f"{folder}/{path.name}" for folder, mask in folders.items() for path in (DATA / folder).glob(mask)
    }
    assert there == set(TRUTH)


def test_facts_of_the_files_as_published(capsys: pytest.CaptureFixture[str], given_files: GivenFiles) -> None:
    needs.program("antiword")
    counts, wrong = score({name: DATA / name for name in TRUTH}, Fields("given files"), given_files)
    with capsys.disabled():
        print(report("Dữ kiện trên tệp gốc (docx, decree30, htm)", counts, wrong))
    assert all(counts[f][0] >= 0.95 * counts[f][1] for f in TARGETS)
    assert share(counts) >= 0.95
    assert counts["number"][2] == counts["issued_on"][2] == 0


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same files printed to PDF by one call of LibreOffice with a profile of its own."""
    office = needs.office("writer")
    base = tmp_path_factory.mktemp("pdf")
    out = base / "out"
    files: dict[str, Path] = {}
    for number, name in enumerate(TRUTH):
        source = base / f"{number:02d}{Path(name).suffix}"
        shutil.copyfile(DATA / name, source)
        files[name] = out / f"{number:02d}.pdf"
    command = [
        office,
        f"-env:UserInstallation={(base / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    sources = sorted(str(path) for path in base.iterdir() if path.is_file())
    subprocess.run([*command, "--outdir", str(out), *sources], check=True, capture_output=True, timeout=540)
    return files


def test_facts_of_the_same_files_printed_to_pdf(
    printed: dict[str, Path], capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None], given_files: GivenFiles
) -> None:
    fields = Fields("given files printed to PDF")
    counts, wrong = score(printed, fields, given_files)
    fields.tell(record_property)
    with capsys.disabled():
        print(report("Dữ kiện trên bản in PDF (LibreOffice)", counts, wrong))
    assert all(counts[f][0] >= 0.90 * counts[f][1] for f in TARGETS)
    assert share(counts) >= 0.90
    assert counts["number"][2] == counts["issued_on"][2] == 0
