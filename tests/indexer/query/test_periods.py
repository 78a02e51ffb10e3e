"""Days, months and years in the fields of a query."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest

from indexer.query.parser import parse
from indexer.query.tree import Without, Word
from legaltext import dates


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("05/02/2024", date(2024, 2, 5), date(2024, 2, 5)),
        ("5-2-2024", date(2024, 2, 5), date(2024, 2, 5)),
        ("2024-02-05", date(2024, 2, 5), date(2024, 2, 5)),
        ("02/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_days_months_and_years(typed: str, first: date, last: date) -> None:
    query = parse(f"từ:{typed} đến:{typed}")
    assert (query.since, query.until) == (first, last) and query.blank
    in_force = parse(f"hiệu lực:{typed}")
    assert in_force.at == last and dict(in_force.filters) == {"status": ("con_hieu_luc",)}


def test_a_range_the_wrong_way_round_is_turned() -> None:
    query = parse("từ:2024 đến:03/2021")
    assert (query.since, query.until) == (date(2021, 3, 1), date(2024, 12, 31))
    assert [note.code for note in query.notes] == ["swapped_dates"]


@pytest.mark.parametrize("typed", ["2018 - 2020", "2018 -2020", "2018- 2020", "2018 – 2020", "2018-2020"])
@pytest.mark.parametrize("blank", ["", " "])
def test_a_range_of_years_may_have_blanks(typed: str, blank: str) -> None:
    query = parse(f"năm:{blank}{typed} dân chủ")
    assert query.filters["year"] == ("2018", "2019", "2020") and query.free == ("dân", "chủ")
    assert query.strict is None and not query.notes
    assert parse("năm:2018 -thanh").strict == Without(Word("thanh"))
    assert parse("năm:2018, dân chủ 2020").free == ("dân", "chủ", "2020")


def test_a_list_of_years_may_be_long() -> None:
    years = tuple(map(str, range(2001, 2026)))
    for between in (", ", ",", " , ", "; "):
        query = parse(f"năm:{between.join(years)} dân chủ 2030")
        assert query.filters["year"] == years and query.free == ("dân", "chủ", "2030")


@pytest.mark.parametrize(
    ("typed", "ahead"),
    [
        ("hôm nay", 0),
        (" hom nay", 0),
        ("nay", 0),
        ("hôm qua", -1),
        (" HÔM QUA,", -1),
        ('"hôm  qua"', -1),
        ("ngày hôm qua", -1),
        ("hom kia", -2),
        ("ngày mai", 1),
        ("ngay kia", 2),
    ],
)
def test_days_are_counted_from_today_in_vietnam(
    monkeypatch: pytest.MonkeyPatch, typed: str, ahead: int
) -> None:
    monkeypatch.setattr(dates, "datetime", _HalfPastFiveInTheEveningUtc)
    query = parse(f"dân chủ hiệu lực:{typed}")
    assert query.at == date(2024, 3, 1) + timedelta(days=ahead)
    assert query.free == ("dân", "chủ") and not query.notes
    query = parse(f"từ:{typed} dân chủ")
    assert query.since == date(2024, 3, 1) + timedelta(days=ahead)
    assert query.free == ("dân", "chủ") and not query.notes


class _HalfPastFiveInTheEveningUtc(datetime):
    """A clock that is at the 29th of February in London and at the 1st of March in Hanoi."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2024, 2, 29, 17, 30, tzinfo=UTC).astimezone(tz)
