"""Footnotes of a PDF: their raised numbers are no part of a word, and their text follows the paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from docmgr.reading.formats.pdf.reader import read_pdf
from tests.reading.samples import Text, pdf

FULL = " ".join(["wording"] * 9)


def with_mark(
    before: str, mark: str, after: str = "", *, y: float = 700, x: float = 72, size: float = 12
) -> list[Text]:
    """A line in which `mark` is small and raised behind `before`."""
    at = x + stringWidth(before, "Helvetica", size)
    line: list[Text] = [(x, y, size, before), (at, y + 4, 7, mark)]
    if after:
        line.append((at + stringWidth(mark, "Helvetica", 7), y, size, after))
    return line


def blocks(path: Path, *pages: list[Text]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_pdf(pdf(path / "a.pdf", pages)).blocks]


def test_a_footnote_follows_its_paragraph(tmp_path: Path) -> None:
    page = [
        *with_mark("The Law No. 36/2024/QH15", "1", " applies to all of us."),
        (72, 676, 12, f"Another paragraph, {FULL}"),
        (72, 660, 12, "that goes on here."),
        (72, 70, 9, "1 Published in the gazette of that year, in a line that"),
        (72, 59, 9, "goes on below."),
    ]
    assert blocks(tmp_path, page) == [
        ("paragraph", "The Law No. 36/2024/QH15 applies to all of us."),
        ("footnote", "1 Published in the gazette of that year, in a line that goes on below."),
        ("paragraph", f"Another paragraph, {FULL} that goes on here."),
    ]


def test_several_footnotes_and_the_same_number_on_two_pages(tmp_path: Path) -> None:
    def page(name: str) -> list[Text]:
        return [
            *with_mark(f"First {name}", "1", ", a sentence."),
            *with_mark(f"Second {name}", "2", ".", y=660),
            (72, 80, 9, f"1 Note one of {name}."),
            (72, 68, 9, f"2 Note two of {name}."),
            (290, 30, 10, "7"),
        ]

    assert blocks(tmp_path, page("alpha"), page("beta")) == [
        (kind, text)
        for name in ("alpha", "beta")
        for kind, text in (
            ("paragraph", f"First {name}, a sentence."),
            ("footnote", f"1 Note one of {name}."),
            ("paragraph", f"Second {name}."),
            ("footnote", f"2 Note two of {name}."),
        )
    ]


@pytest.mark.parametrize(
    ("before", "mark", "after", "text"),
    [
        ("QH15", "1", ".", "QH15."),
        ("QH15", "12", "", "QH15"),
        ("Luat", "[3]", ";", "Luat;"),
        ("less than 125 cm", "3", " or more", "less than 125 cm3 or more"),
        ("less than 5 m", "2", "", "less than 5 m2"),
        ("about 10", "6", " of them", "about 106 of them"),
    ],
)
def test_what_is_a_footnote_number(tmp_path: Path, before: str, mark: str, after: str, text: str) -> None:
    assert blocks(tmp_path, with_mark(before, mark, after)) == [("paragraph", text)]


def test_a_number_of_full_size_belongs_to_the_word(tmp_path: Path) -> None:
    assert blocks(tmp_path, [(72, 700, 12, "Number 36/2024/QH15 is 151.")]) == [
        ("paragraph", "Number 36/2024/QH15 is 151.")
    ]


def test_small_words_at_the_bottom_without_a_mark_stay(tmp_path: Path) -> None:
    page: list[Text] = [(72, 700, 12, "A sentence."), (72, 70, 9, "1 Small words at the bottom.")]
    assert blocks(tmp_path, page) == [
        ("paragraph", "A sentence."),
        ("paragraph", "1 Small words at the bottom."),
    ]


def test_small_words_above_the_footnotes_stay(tmp_path: Path) -> None:
    page: list[Text] = [
        *with_mark(f"A sentence with {FULL}", "1", "."),
        (72, 92, 9, "7 Small words that are no footnote."),
        (72, 70, 9, "1 A footnote."),
    ]
    assert blocks(tmp_path, page) == [
        ("paragraph", f"A sentence with {FULL}."),
        ("footnote", "1 A footnote."),
        ("paragraph", "7 Small words that are no footnote."),
    ]
