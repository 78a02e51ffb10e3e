"""Questions that a body of law cannot answer: as many as told, no two alike."""

from __future__ import annotations

from pathlib import Path

from legaltext.text import fold
from tests.bench.questions.everyday import FIRST, load

FILE = Path(__file__).with_name("unanswerable.txt")


def test_forty_and_no_two_alike() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len({fold(line) for line in lines}) == 42
    assert all(2 <= len(line.split()) <= 10 for line in lines)


def test_none_is_among_the_questions_that_are_answered() -> None:
    assert {fold(line) for line in FILE.read_text(encoding="utf-8").splitlines()}.isdisjoint(fold(one.text) for one in load(FIRST))
