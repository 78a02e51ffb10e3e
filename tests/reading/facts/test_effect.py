"""The first and last day in force: from the document's own words, never from words about another document."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmgr.reading.facts.effect import effect
from docmgr.reading.types import Fact
from tests.reading.facts.facts_texts import blocks, decision, read, value

ISSUED = "2024-03-15"


def days(*lines: str, kind: str = "Quyết định") -> tuple[str | None, str | None]:
    """(effective_from, effective_to) of these lines in a document issued on 15 March 2024."""
    known = {"issued_on": Fact("issued_on", ISSUED, "", True), "type": Fact("type", kind, "", True)}
    found = effect(blocks(*lines), known)
    begins, ends = found.get("effective_from"), found.get("effective_to")
    return begins.value if begins else None, ends.value if ends else None


@pytest.mark.parametrize(
    "words",
    [
        "có hiệu lực kể từ ngày ký",
        "có hiệu lực từ ngày được ban hành",
        "có hiệu lực kể từ ngày Hội nghị thông qua",
        "này có hiệu lực kể từ ngày Hội nghị thông qua",
        "này có hiệu lực thi hành kể từ ngày được Hội đồng nhân dân tỉnh thông qua",
        "này có hiệu lực từ ngày Hội đồng nhân dân tỉnh khóa XIV, kỳ họp thứ 18 thông qua",
        "này có hiệu lực kể từ ngày Nghị quyết này được thông qua",
    ],
)
def test_in_force_from_the_day_of_issue(words: str) -> None:
    assert days(f"Điều 3. Nghị quyết {words}.", kind="Nghị quyết") == (ISSUED, None)


@pytest.mark.parametrize(
    "words",
    [
        "Quyết định này có hiệu lực kể từ ngày Luật Đất đai được thông qua.",
        "Quyết định này có hiệu lực kể từ ngày Luật Đất đai có hiệu lực và được ban hành.",
        "Hợp đồng có hiệu lực kể từ ngày ký.",
        "Quyết định số 3/2013/QĐ-UBND có hiệu lực kể từ ngày ký.",
        "Quyết định này có hiệu lực sau 10 ngày làm việc kể từ ngày ký.",
        "Quyết định này có hiệu lực sau 2 tháng kể từ ngày ký.",
    ],
)
def test_no_first_day_from_another_day_or_document(words: str) -> None:
    assert days(words) == (None, None)


@pytest.mark.parametrize(
    "words",
    [
        "sau 10 ngày kể từ ngày ký",
        "sau 10 (mười) ngày, kể từ ngày được Hội đồng nhân dân tỉnh thông qua",
        "thi hành sau 10 ngày kể từ ngày thông qua",
    ],
)
def test_days_after_issue_are_counted_from_it(words: str) -> None:
    assert days(f"Nghị quyết này có hiệu lực {words}.", kind="Nghị quyết") == ("2024-03-25", None)


FROM = "Quyết định này có hiệu lực từ ngày 01/01/2020"


@pytest.mark.parametrize(
    "lines",
    [
        (f"{FROM} đến hết ngày 31/12/2020.",),
        (f"{FROM} và hết hiệu lực từ ngày 01/01/2021.",),
        (f"{FROM}, hết hiệu lực thi hành kể từ ngày 01 tháng 01 năm 2021.",),
        (f"{FROM}. Quyết định này hết hiệu lực kể từ ngày 01/01/2021.",),
        (f"1. {FROM}.", "2. Quyết định này hết hiệu lực từ ngày 01/01/2021."),
        (f"1. {FROM}.", "2. Quyết định này có hiệu lực đến hết ngày 31/12/2020."),
    ],
)
def test_the_last_day_in_force(lines: tuple[str, ...]) -> None:
    assert days(*lines) == ("2020-01-01", "2020-12-31")


@pytest.mark.parametrize(
    "words",
    [
        ". Quyết định số 3/2013/QĐ-UBND hết hiệu lực từ ngày 01/01/2021.",
        " và Quyết định số 3/2013/QĐ-UBND hết hiệu lực từ ngày 01/01/2021.",
        " thay thế Quyết định số 3/2013/QĐ-UBND hết hiệu lực từ ngày 01/01/2021.",
        "; các quy định trước đây hết hiệu lực từ ngày 01/01/2021.",
        " và các văn bản trước đây hết hiệu lực từ ngày 01/01/2021.",
        ", trừ khoản 2 Điều 5 có hiệu lực đến hết ngày 31/12/2020.",
        " và thay thế Quyết định số 3/2013/QĐ-UBND có hiệu lực đến hết ngày 31/12/2020.",
        ". Hồ sơ nộp đến hết ngày 31/12/2020 được giải quyết theo quy định cũ.",
    ],
)
def test_another_documents_last_day_is_not_taken(words: str) -> None:
    assert days(FROM + words) == ("2020-01-01", None)


@given(st.dates(date(1990, 1, 2), date(2099, 12, 31)))
def test_the_last_day_is_the_one_before_the_day_it_lapses(day: date) -> None:
    printed = f"ngày {day.day:02d}/{day.month:02d}/{day.year}"
    words = f"Quyết định này có hiệu lực kể từ ngày ký và hết hiệu lực từ {printed}."
    assert days(words) == (ISSUED, (day - timedelta(days=1)).isoformat())


def test_the_quotes_are_words_of_the_document() -> None:
    found = read(*decision(f"{FROM} và hết hiệu lực từ ngày 01/01/2021."))
    assert value(found, "effective_to") == "2020-12-31"
    assert all(found.facts[field].quote in found.text for field in ("effective_from", "effective_to"))
