"""Reading texts that cite as much as possible: the work grows linearly with the text."""

from __future__ import annotations

import pytest

from docmgr.reading.interpret import interpret
from docmgr.reading.types import Block
from tests.support.steps import steps


def _letters(number: int) -> str:
    return "".join(chr(97 + number // 26**place % 26) for place in range(3))


def _laws(count: int) -> list[str]:
    """Names of laws that the text prints in full, each with a comma."""
    return [f"Căn cứ Luật Tên thử, số thứ {_letters(n)} nhất ngày 05 tháng 3 năm 2020;" for n in range(count)]


TEXTS = {
    "numbers in many lines": lambda n: [f"Theo Quyết định số {k}/2020/QĐ-UBND." for k in range(n)],
    "numbers in one line": lambda n: ["; ".join(f"Quyết định số {k}/2020/QĐ-UBND" for k in range(n))],
    "names learnt": _laws,
    "amending laws in a row": lambda n: [", ".join(["Luật sửa đổi, bổ sung một số điều của Luật Tên"] * n)],
    "amending laws in each other": lambda n: [" ".join(["Luật sửa đổi, bổ sung một số điều của"] * n)],
    "one law that amends many": lambda n: ["Luật sửa đổi, bổ sung một số điều của " + ", ".join(["Luật Tên"] * n)],
}


@pytest.mark.parametrize("kind", TEXTS)
def test_reading_citations_is_linear(kind: str, full_size: bool) -> None:
    small = 400 if full_size else 60
    one, four = (steps(lambda n=n: interpret([Block(line) for line in TEXTS[kind](n)], "docx")) for n in (small, 4 * small))
    assert four < 6 * one
