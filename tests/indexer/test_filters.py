"""Conditions typed in the question beside values ticked: both hold, and a value's count is what ticking it finds."""

from datetime import date

import pytest

from indexer import Store
from tests.indexer.regulations import ask, found

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("loại:luật", "type"),
        ("loại:luật loại:kế hoạch", "type"),
        ("văn bản loại:nghị định", "type"),
        ("cơ quan:UBND", "issuer"),
        ("năm:2023-2024", "year"),
        ("hiệu lực:01/06/2024", "status"),
    ],
)
def test_ticking_within_what_is_typed_finds_the_number_printed(regulations: Store, typed: str, name: str) -> None:
    before = ask(regulations, typed, at=DAY)
    values = before.facets[name]
    assert values and sum(value.count for value in values) == before.total
    for value in values:
        narrowed = ask(regulations, typed, at=DAY, filters={name: (value.value,)})
        assert narrowed.total == value.count
        assert set(found(narrowed)) <= set(found(before))
        assert narrowed.facets[name] == values


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("loại:luật", {"type": ("Kế hoạch",)}),
        ("cơ quan:UBND", {"issuer": ("Quốc hội",)}),
        ("năm:2023", {"year": ("2024",)}),
        ("hiệu lực:01/06/2024", {"status": ("het_hieu_luc",)}),
    ],
)
def test_a_value_ticked_against_what_is_typed_finds_nothing(
    regulations: Store, typed: str, filters: dict[str, tuple[str, ...]]
) -> None:
    assert ask(regulations, typed, at=DAY).total and ask(regulations, typed, at=DAY, filters=filters).total == 0
