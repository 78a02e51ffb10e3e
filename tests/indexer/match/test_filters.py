"""Fields typed in the query and filters that are ticked: both must hold, and the number next to a value is what
ticking it finds.
"""

from datetime import date

import pytest

from indexer import Index
from tests.indexer.regulations import ask, entry, fill, found

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
def test_ticking_within_what_is_typed_finds_the_number_printed(regulations: Index, typed: str, name: str) -> None:
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
    regulations: Index, typed: str, filters: dict[str, tuple[str, ...]]
) -> None:
    assert ask(regulations, typed, at=DAY).total and ask(regulations, typed, at=DAY, filters=filters).total == 0


@pytest.mark.parametrize("words", ["giáo viên dạy thêm", "giáo viên tiểu học được dạy thêm khi nào"])
def test_all_words_are_demanded_only_where_they_are_looked_for(store: Index, words: str) -> None:
    """A document outside the typed field or the ticked filter does not change which words must occur."""
    fill(
        store,
        [
            entry(1, "Giáo viên phải dạy đủ giờ.", doc_type="Luật", issuer="Quốc hội"),
            entry(2, f"Khi nào giáo viên tiểu học được dạy thêm. {words} " * 9, doc_type="Thông tư", issuer="Bộ"),
        ],
    )
    assert found(ask(store, words)) == [2]
    assert found(ask(store, f"{words} loại:luật")) == [1]
    ticked = ask(store, words, filters={"type": ("Luật",), "issuer": ("Quốc hội",)})
    assert found(ticked) == [1] and [value.count for value in ticked.facets["type"]] == [1]
    assert found(ask(store, words, filters={"type": ("Luật",), "issuer": ("Bộ",)})) == []
    assert found(ask(store, words, filters={"nothing": ("Luật",)})) == []


def test_a_ticked_value_is_listed_behind_fifty_others(store: Index) -> None:
    """Otherwise nobody could untick it."""
    fill(store, [entry(number, "văn bản", issuer=f"Sở {number:02}") for number in range(1, 61)])
    listed = [value.value for value in ask(store, "văn bản").facets["issuer"]]
    assert listed == [f"Sở {number:02}" for number in range(1, 51)]
    ticked = ask(store, "văn bản", filters={"issuer": ("Sở 60",)})
    assert [value.value for value in ticked.facets["issuer"]] == [*listed, "Sở 60"] and found(ticked) == [60]
