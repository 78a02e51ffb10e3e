"""What Tesseract would recognise, given by tests: its words are tested elsewhere, and each page takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from docmgr import db, worker
from docmgr.reading.ocr import recogniser, tesseract
from docmgr.reading.ocr.words import OcrPage, OcrWord
from docmgr.services.documents import ingest

PageOf = Callable[[int], OcrPage]


class Killed(BaseException):
    """The worker dies."""


def recognised(number: int, lines: Sequence[str], confidence: float = 96, step: float = 50) -> OcrPage:
    """A recognised page with these lines, whose words stand `step` points apart."""
    words = []
    for at, line in enumerate(lines):
        for place, word in enumerate(line.split()):
            left = 60 + step * place
            words.append(OcrWord(word, left, 50 + 20 * at, left + step - 5, 61 + 20 * at, confidence, at))
    return OcrPage(number, 595, 842, words=tuple(words))


def given(monkeypatch: pytest.MonkeyPatch, page_of: PageOf) -> list[int]:
    """Let pages be recognised as `page_of` says. Returns the list to which their numbers are added."""
    seen: list[int] = []

    def page(_path: Path, _kind: str, number: int, _turned: int) -> OcrPage:
        seen.append(number)
        return page_of(number)

    monkeypatch.setattr(recogniser, "page", page)
    monkeypatch.setattr(tesseract, "available", lambda: True)
    return seen


def blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be recognised as an empty one."""
    given(monkeypatch, lambda number: OcrPage(number, 595, 842))


def killed_at(number: int, work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do some work, in which the worker is killed when it comes to the page with this number."""
    before = recogniser.page

    def page(path: Path, kind: str, which: int, turned: int) -> OcrPage:
        if which == number:
            raise Killed
        return before(path, kind, which, turned)

    with monkeypatch.context() as patch:
        patch.setattr(recogniser, "page", page)
        with pytest.raises(Killed):
            work()
    db.release()


def read_only() -> None:
    """Let the worker read what waits, and recognise nothing yet."""
    with worker.Reader() as reader:
        while ingest.read_some(reader):
            db.release()
