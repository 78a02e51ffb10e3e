"""A document number has the same pattern in a text, in a heading and in a query."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from indexer.query.numbers import parse_number_query
from legaltext.numbers import figures, normalise_number, parts_of, printed_number, tidy_number
from tests.reading.facts.facts_texts import read

SPELLINGS = [
    ("05/QĐ-SGDĐT", "05/QĐ-SGDĐT"),
    ("05/QĐ–SGDĐT", "05/QĐ-SGDĐT"),
    ("05/QĐ—SGDĐT", "05/QĐ-SGDĐT"),
    ("05/QĐ\u2011SGDĐT", "05/QĐ-SGDĐT"),
    ("05 / QĐ − SGDĐT", "05/QĐ-SGDĐT"),
    ("18-NQ/TW", "18-NQ/TW"),
    ("18–NQ/TW", "18-NQ/TW"),
    ("18\u2011NQ/TƯ", "18-NQ/TƯ"),
    ("18/NQ/TW", "18/NQ/TW"),
    ("02/2012/TTLT-BCA-BQP", "02/2012/TTLT-BCA-BQP"),
]


@pytest.mark.parametrize(("printed", "tidy"), SPELLINGS)
def test_a_text_cites_what_a_question_asks_for(printed: str, tidy: str) -> None:
    (cited,) = read("Điều 1. Dẫn chiếu", f"Thực hiện theo Văn bản số {printed} ngày 02/02/2024 của cấp trên.").citations
    asked = parse_number_query(f"theo {printed} thì hồ sơ gồm những gì và nộp ở đâu, ai là người giải quyết")
    parts = parts_of(printed)
    assert cited.number == tidy == tidy_number(printed)
    assert asked is not None and parts is not None
    assert (asked.no, asked.year, asked.symbol) == (parts.no, parts.year, parts.symbol)


@pytest.mark.parametrize(("printed", "tidy"), [row for row in SPELLINGS if "TƯ" not in row[0]])
def test_every_spelling_has_one_key(printed: str, tidy: str) -> None:
    assert normalise_number(printed) == normalise_number(tidy)


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        # The Party's centre, as newspapers and careless typists write it.
        ("18-NQ/TƯ", "18-NQ/TW"),
        ("18 \u2013 NQ / TƯ", "18-NQ/TW"),
        ("18-nq/tư", "18-NQ/TW"),
        (unicodedata.normalize("NFD", "18-NQ/TƯ"), "18-NQ/TW"),
        ("18/NQ-TƯ", "18/NQ-TW"),
        # A province's or a city's committee (Tỉnh ủy, Thành ủy), and what only begins so.
        ("06-KL/TU", "6-KL/TU"),
        ("06-kl/tu", "6-KL/TU"),
        ("12/KH-TƯĐ", "12/KH-TUD"),
        # Commissions of the centre, whose symbol ends with it, and a symbol alone.
        ("12-HD/BTCTƯ", "12-HD/BTCTW"),
        ("12-HD/BTCTư", "12-HD/BTCTW"),
        ("05-qđ/ubkttư", "5-QD/UBKTTW"),
        ("7-HD/BTGTƯ", "7-HD/BTGTW"),
        ("TƯ", "TW"),
        (" BTCTư ", "BTCTW"),
        # The word.
        ("tư", "TU"),
        ("THÔNG TƯ", "THONGTU"),
        ("12/2020 đầu tư", "12/2020DAUTU"),
    ],
)
def test_the_centre_of_the_party_is_no_committee_of_a_province(printed: str, key: str) -> None:
    assert normalise_number(printed) == key


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("18-NQ/TƯ", "18-NQ/TW"),
        ("18-nq/tư", "18-nq/tw"),
        ("nghị quyết số 18-NQ/TƯ", "nghị quyết số 18-NQ/TW"),
        ("hướng dẫn 12-HD/BTCTƯ", "hướng dẫn 12-HD/BTCTW"),
        ("theo 18-NQ/TƯ thì hồ sơ gồm những gì và nộp ở đâu", "theo 18-NQ/TW thì hồ sơ gồm những gì và nộp ở đâu"),
    ],
)
def test_a_question_for_the_centre_names_it(asked: str, meant: str) -> None:
    query, other = parse_number_query(asked), parse_number_query(meant)
    committee = parse_number_query(meant.replace("TW", "TU").replace("tw", "tu"))
    assert query is not None and other is not None and committee is not None
    assert query.symbol == other.symbol != committee.symbol


@pytest.mark.parametrize("other", ["05/QD-SGDDT", "5/QĐ–SGDĐT", "05/QÐ-SGDĐT"])
def test_the_own_number_in_another_spelling_is_no_citation(other: str) -> None:
    text = ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Số: 05/QĐ-SGDĐT", "QUYẾT ĐỊNH", "Về việc tổ chức hội nghị")
    found = read(*text, f"Điều 1. Quyết định số {other} thay cho Công văn số 17/SGDĐT-VP.").citations
    assert [one.number for one in found] == ["17/SGDĐT-VP"]


@pytest.mark.parametrize(
    ("parts", "more", "printed"),
    [
        ((46, "QĐ", "SGDĐT"), {}, "46/QĐ-SGDĐT"),
        ((5, "", "BNV"), {"field": "VP"}, "05/BNV-VP"),
        ((1234, "", "BGDĐT"), {}, "1234/BGDĐT"),
        ((45, "NĐ", "CP"), {"year": 2020}, "45/2020/NĐ-CP"),
    ],
)
def test_a_number_is_printed_as_the_decree_says_and_read_again(parts: tuple[int, str, str], more: dict[str, Any], printed: str) -> None:
    assert printed_number(*parts, **more) == printed
    read = parts_of(printed)
    assert read is not None and (figures(read.no), read.year) == (parts[0], more.get("year"))
