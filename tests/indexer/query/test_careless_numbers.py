"""Real document numbers, typed as carelessly as people type them, lead to their documents."""

import gzip
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.query.number import likelihood, number_matches
from indexer.query.numbers import parse_number_query
from legaltext.doctypes import TYPE_ABBREVIATIONS
from legaltext.numbers import PARTY, WRITTEN, NumberParts, normalise_number, split_number
from legaltext.text import clean, fold

DOCUMENTS = Path(__file__).resolve().parents[3] / "../shared/data/law/documents.json.gz"
_TYPES = {symbol: name for name, symbol in TYPE_ABBREVIATIONS.items() if symbol}


@dataclass(frozen=True)
class Paper:
    """A document, given by its number."""

    number: str
    parts: NumberParts
    type_name: str
    issued: int


def papers() -> list[Paper]:
    if not DOCUMENTS.exists():
        pytest.skip("the list of real documents is not beside this checkout")
    with gzip.open(DOCUMENTS, "rt", encoding="utf-8") as file:
        listed = json.load(file)
    held = []
    for document in listed:
        parts = split_number(normalise_number(document["number"]))
        if parts and any(pattern.search(clean(document["number"])) for pattern in (WRITTEN, PARTY)):
            day, month, year = map(int, (document["issued"] or "0/0/0").split("/"))
            issued = (year or parts.year or 0) * 10000 + month * 100 + day
            held.append(Paper(document["number"], parts, fold(document["type"]), issued))
    return held


def in_lower_case(paper: Paper) -> str:
    return paper.number.lower()


def without_marks_and_strokes(paper: Paper) -> str:
    return fold(re.sub(r"[/\-&]", " ", paper.number))


def type_first(paper: Paper) -> str:
    """The type before the number: "nd30 2020 cp", "tt5/2025/bgddt"."""
    first, *others = paper.parts.symbol
    year = f" {paper.parts.year}" if paper.parts.year else ""
    return " ".join([f"{first}{paper.parts.no}{year}", *others]).lower()


def all_glued(paper: Paper) -> str:
    return fold(re.sub(r"\W", "", paper.number))


def without_year(paper: Paper) -> str:
    return " ".join((paper.parts.no, *paper.parts.symbol)).lower()


def as_words(paper: Paper) -> str:
    name = _TYPES.get(paper.parts.symbol[0], paper.type_name)
    year = f" năm {paper.parts.year}" if paper.parts.year else ""
    return f"{name} số {paper.parts.no}{year} {' '.join(paper.parts.symbol[1:]).lower()}".strip()


SPELLINGS = (in_lower_case, without_marks_and_strokes, type_first, all_glued, without_year, as_words)


def resolve(question: str, held: list[Paper]) -> list[Paper]:
    """The documents that a query names, the more probable first."""
    query = parse_number_query(question)
    if query is None:
        return []
    fitting = [
        paper for paper in held if number_matches(query, paper.parts, paper.issued // 10000, paper.type_name)
    ]
    return sorted(
        fitting,
        key=lambda paper: likelihood(query, paper.parts, paper.type_name, True, paper.issued),
        reverse=True,
    )


def test_careless_spellings_lead_to_the_document() -> None:
    held = papers()
    chosen = random.Random(30).sample(held, 300)
    lost = []
    for paper in chosen:
        for spell in SPELLINGS:
            question = spell(paper)
            found = resolve(question, held)
            wanted = {paper.number}
            if spell is without_year:  # the newest document with that number and symbol is meant
                same = [
                    other for other in held
                    if (other.parts.no, other.parts.symbol) == (paper.parts.no, paper.parts.symbol)
                ]  # fmt: skip
                newest = max(other.issued for other in same)
                wanted = {other.number for other in same if other.issued == newest}
            if not found or found[0].number not in wanted:
                lost.append((question, paper.number, [other.number for other in found[:3]]))
    assert len(lost) <= 0.01 * len(SPELLINGS) * len(chosen), lost


def test_the_more_probable_document_comes_first() -> None:
    query = parse_number_query("nd30")
    assert query is not None

    def key(number: str, type_name: str, in_force: bool, issued: int) -> tuple[object, ...]:
        parts = split_number(normalise_number(number))
        assert parts is not None
        return likelihood(query, parts, type_name, in_force, issued)

    old, new = key("30/2014/NĐ-CP", "nghi dinh", True, 2014), key("30/2020/NĐ-CP", "nghi dinh", True, 2020)
    assert new > old > key("30/2021/NĐ-CP", "nghi dinh", False, 2021)
    year_alone = parse_number_query("30/2020")
    assert year_alone is not None
    circular = split_number(normalise_number("30/2020/TT-BYT"))
    decree = split_number(normalise_number("30/2020/NĐ-CP"))
    assert circular and decree
    assert likelihood(year_alone, decree, "nghi dinh", True, 2) > likelihood(
        year_alone, circular, "thong tu", True, 3
    )


def test_spellings_differ() -> None:
    paper = Paper("05/2025/TT-BGDĐT", NumberParts("5", 2025, ("TT", "BGDDT")), "thong tu", 20250101)
    assert [spell(paper) for spell in SPELLINGS] == [
        "05/2025/tt-bgdđt", "05 2025 tt bgddt", "tt5 2025 bgddt", "052025ttbgddt", "5 tt bgddt",
        "thong tu số 5 năm 2025 bgddt",
    ]  # fmt: skip
    assert all(resolve(spell(paper), [paper]) for spell in SPELLINGS)
