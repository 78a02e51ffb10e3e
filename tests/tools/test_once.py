"""The reader that tests share: what it says again, and what it asks anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docmgr.reading.outcomes import fallen_short
from docmgr.reading.process import wire
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from tests.support.once import Answers, KeptReader

FOUND = fallen_short("broken", "pdf")


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the next readings end, each taken by one; a reader that says nothing of its process lost it."""
    left: list[dict[str, Any]] = []

    def read(self: Reader, path: str | Path, **_asked: Any) -> Reading:
        self.last = left.pop(0) or self.last
        return FOUND if self.last.get("end") == "ok" else fallen_short("crashed", "pdf")

    monkeypatch.setattr(Reader, "read", read)
    return left


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def test_only_a_reading_that_ended_is_said_again(tmp_path: Path, ends: list[dict[str, Any]], paper: Path) -> None:
    kept = KeptReader(Answers(tmp_path / "answers"))
    ends += [{"end": "ok"}, {}, {"end": "memory"}, {"end": "ok", "cpu_s": 1.0}]
    assert kept.read(paper) == FOUND and kept.last == {"end": "ok"}
    assert kept.read(paper) == FOUND and kept.last == {} and len(ends) == 3
    # A lost process after one that ended well.
    assert kept.read(paper, name="a.pdf").reason_code == "crashed" and kept.last == {}
    assert kept.read(paper, name="a.pdf").reason_code == "crashed" and kept.last == {"end": "memory"}
    assert kept.read(paper, name="a.pdf") == FOUND and ends == []
    assert kept.read(paper, name="a.pdf") == FOUND


def test_an_answer_without_sense_is_not_said_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paper: Path) -> None:
    kept, sent = KeptReader(Answers(tmp_path / "answers")), [b"?", wire.to_bytes(FOUND)]

    def ask(self: Reader, *_: Any) -> Reading:
        self.last = {"end": "ok"}
        try:
            return wire.from_bytes(sent.pop(0))
        except ValueError:
            return fallen_short("crashed", "pdf")

    monkeypatch.setattr(Reader, "_ask", ask)
    assert [kept.read(paper).reason_code for _ in range(3)] == ["crashed", "broken", "broken"]


def test_other_programs_are_asked_by_a_process_that_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: list[dict[str, Any]], paper: Path
) -> None:
    kept = KeptReader(Answers(tmp_path / "answers"))
    ends += [{"end": "ok", "n": n} for n in range(4)]
    kept.read(paper)
    monkeypatch.setenv("PATH", str(tmp_path))
    for n in (1, 2):
        kept.read(paper)
        assert kept.last == {"end": "ok", "n": n}
