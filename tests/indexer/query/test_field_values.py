"""Values of "loại:" and "cơ quan:": lists of types, and an issuer under all of its names."""

from __future__ import annotations

from collections import Counter

import pytest

from indexer import Index
from indexer.query.field_values import issuer_names
from indexer.query.parser import parse
from indexer.query.tree import Phrase
from tests.indexer.regulations import ask, entry, fill, found

ISSUERS = [
    "UBND tỉnh",
    "Ủy ban nhân dân tỉnh",
    "UBND huyện Tiên Du",
    "Sở GD&ĐT",
    "Sở Giáo dục và Đào tạo",
    "Bộ Giáo dục và Đào tạo",
    "Bộ GDĐT",
    "Sở LĐ-TB&XH",
    "Công ty CP Sách",
    "Chính phủ",
    "Văn phòng CP",
    "&",
]


@pytest.fixture
def issuers(store: Index) -> Index:
    """An index with one document for each issuer."""
    return fill(
        store, [entry(place, "Chỉ tiêu giáo viên.", issuer=name) for place, name in enumerate(ISSUERS, 1)]
    )


@pytest.mark.parametrize(
    ("typed", "documents"),
    [
        ('cơ quan:"Ủy ban nhân dân tỉnh"', [1, 2]),
        ('cơ quan:"UBND tỉnh"', [1, 2]),
        ("cơ quan: UBND tỉnh", [1, 2]),
        ("cơ quan:UBND", [1, 2, 3]),
        ('cơ quan:"uy ban nhan dan huyen"', [3]),
        ('cơ quan:"Sở Giáo dục và Đào tạo"', [4, 5]),
        ('cơ quan:"Sở Giáo dục Đào tạo"', [4, 5]),
        ('cơ quan:"Sở GD&ĐT"', [4, 5]),
        ("cơ quan:sgdđt", [4, 5]),
        ("cơ quan:sở gdđt", [4, 5]),
        ("cơ quan: Sở GD và ĐT", [4, 5]),
        ('cơ quan:"Bộ Giáo dục & Đào tạo"', [6, 7]),
        ("cơ quan: Bộ Giáo dục & Đào tạo", [6, 7]),
        ("cơ quan: Bộ GD&ĐT", [6, 7]),
        ("cơ quan:BGDĐT", [6, 7]),
        ('cơ quan:"Sở Lao động - Thương binh và Xã hội"', [8]),
        ("cơ quan: sở lđtb&xh", [8]),
        ("cơ quan:CP", [9, 10, 11]),
        ('cơ quan:"Chính phủ"', [10, 11]),
        ('cơ quan:"Văn phòng Chính phủ"', [11]),
        ('cơ quan:"và"', []),
        ('cơ quan:"ủy ban nhân d"', []),
    ],
)
def test_an_issuer_under_any_of_its_names(issuers: Index, typed: str, documents: list[int]) -> None:
    answer = ask(issuers, f"{typed} giáo viên", limit=20)
    assert sorted(found(answer)) == documents
    assert bool(answer.unheard) is not bool(documents)


def test_stored_names_are_written_out_once(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a query nor a commit computes the names of all issuers again, also where a typed value matches none."""
    read: Counter[str] = Counter()

    def counted(value: str) -> tuple[str, ...]:
        read[value] += 1
        return issuer_names(value)

    monkeypatch.setattr("indexer.match.stored_values.issuer_names", counted)
    fill(store, [entry(number, "giáo viên", issuer=f"UBND xã {number}") for number in range(1, 30)])
    question = "cơ quan:UBND cơ quan:SGDĐT cơ quan:CP giáo viên"
    assert ask(store, question).total == 29
    fill(store, [entry(40, "giáo viên", issuer="Sở GD&ĐT"), entry(41, "giáo viên", issuer="Thanh tra")])
    assert len(store.snapshot().segments) == 2
    answer = ask(store, question)
    assert answer.total == 30 and [one.typed for one in answer.unheard] == ["CP"]
    assert {read[name] for name in ("UBND xã 1", "UBND xã 29", "Sở GD&ĐT", "Thanh tra")} == {1}
    assert read["UBND"] == read["SGDĐT"] == read["CP"] == 2
    with store.write_batch() as batch:
        batch.delete(40)
    assert [one.typed for one in ask(store, question).unheard] == ["SGDĐT", "CP"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("cơ quan: Bộ GD&ĐT giáo viên", "Bộ GD&ĐT"),
        ("cơ quan: UBND tỉnh giáo viên", "UBND tỉnh"),
        ("cơ quan:sở gdđt giáo viên", "sở gdđt"),
        ("cơ quan:Bộ TN&MT giáo viên", "Bộ TN&MT"),
        ("cơ quan: Bộ VHTTDL, giáo viên", "Bộ VHTTDL"),
        ("cơ quan: sở LĐ-TB&XH giáo viên", "sở LĐ-TB&XH"),
        ("cơ quan: Bộ Giáo dục & Đào tạo giáo viên", "Bộ Giáo dục & Đào tạo"),
        ("cơ quan: Bộ Lao động - Thương binh và Xã hội giáo viên", "Bộ Lao động - Thương binh và Xã hội"),
    ],
)
def test_a_name_needs_no_quotes_however_it_is_written(typed: str, value: str) -> None:
    query = parse(typed)
    assert query.named[0].typed == value and query.free == ("giáo", "viên")


def test_no_and_is_taken_from_the_words_behind() -> None:
    query = parse("cơ quan: Bộ Giáo dục và kế hoạch")
    assert query.named[0].typed == "Bộ Giáo dục" and query.free == ("và", "kế", "hoạch")


def test_of_several_abbreviations_in_a_name_all_are_written_out() -> None:
    assert "uy ban nhan dan tinh so giao duc dao tao" in issuer_names("UBND tỉnh, Sở GD&ĐT")
    assert len(issuer_names(" ".join(["CĐ TTg PCCC CĐ"] * 30))) <= 17


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("loại:thông tư,nghị định giáo viên", ("thông tư", "nghị định")),
        ("loại:thông tư, nghị định giáo viên", ("thông tư", "nghị định")),
        ("loại:thông tư , nghị định giáo viên", ("thông tư", "nghị định")),
        ("loai: thong tu; nghi dinh, luat giáo viên", ("thong tu", "nghi dinh", "luat")),
        ('loại:"thông tư, nghị định" giáo viên', ("thông tư", "nghị định")),
        ("loại:NĐ,TT giáo viên", ("nghi dinh", "thong tu")),
        ("loại:thông tư liên tịch, TB giáo viên", ("thông tư liên tịch", "thong bao")),
        ("loại:cv, TT giáo viên", ("cong van", "thong tu")),
        ("loại:thông tư,sách giáo viên", ("thông tư", "sách")),
        ("loại:thông tư, giáo viên", ("thông tư",)),
    ],
)
def test_several_types_with_commas(typed: str, values: tuple[str, ...]) -> None:
    query = parse(typed)
    assert dict(query.filters) == {"type": values} and query.free == ("giáo", "viên") and not query.notes
    assert tuple(value for one in query.named for value in one.values) == values


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ('loại:"nghị định","thông tư" giáo viên', ("nghị định", "thông tư")),
        ('loại:"công văn", "quyết định" , "luật" giáo viên', ("công văn", "quyết định", "luật")),
        ('loại: "nghị định" ;"TT" giáo viên', ("nghị định", "thong tu")),
        # Types that an agency invents for its own documents are in no table.
        ('loại:"đề cương","bài giảng" giáo viên', ("đề cương", "bài giảng")),
        ('loại:"thông tư, luật","nghị định" giáo viên', ("thông tư", "luật", "nghị định")),
        ('loại:"","luật" giáo viên', ("luật",)),
        ('cơ quan:"Sở Tư pháp, Hộ tịch", "Thanh tra" giáo viên', ("Sở Tư pháp, Hộ tịch", "Thanh tra")),
    ],
)
def test_several_values_in_quotes_with_commas(typed: str, values: tuple[str, ...]) -> None:
    query = parse(typed)
    assert query.free == ("giáo", "viên") and query.strict is None and not query.notes
    (asked,) = query.filters.values()
    assert tuple(one for one in asked if one in values) == values and len(query.named) == len(values)


@pytest.mark.parametrize("typed", ['loại:"luật" "nghị định"', 'loại:"luật", nghị "định"', 'số:"30/2020","luật"'])
def test_a_phrase_without_a_comma_before_it_is_no_value(typed: str) -> None:
    assert isinstance(parse(typed).strict, Phrase)


def test_an_excluded_list_is_left_out_whole() -> None:
    query = parse("-loại:luật,nghị định giáo viên")
    assert [note.text for note in query.notes] == ["loại:luật,nghị định"] and query.free == ("giáo", "viên")
    query = parse('-loại:"luật" , "nghị định" giáo viên')
    assert [note.text for note in query.notes] == ['loại:"luật", "nghị định"'] and query.free == ("giáo", "viên")


def test_each_of_several_types_finds_and_is_told_where_there_is_none(regulations: Index) -> None:
    assert sorted(found(ask(regulations, "loại:luật,nghị định"))) == [2, 4]
    answer = ask(regulations, "loại:luật, thông tư, nghị định")
    assert sorted(found(answer)) == [2, 4] and [one.typed for one in answer.unheard] == ["thông tư"]


def test_a_type_is_meant_whole_and_under_any_name_of_its_abbreviation(store: Index) -> None:
    fill(store, [entry(1, "giáo viên", doc_type="Hướng dẫn")])
    assert found(ask(store, "loại:HD")) == [1] and not ask(store, "loại:HD").unheard
    # A công văn has no type in its symbol, yet people abbreviate it with two letters.
    fill(store, [entry(2, "giáo viên", doc_type="Công văn")])
    assert found(ask(store, "loại:cv giáo viên")) == [2] and not ask(store, "loại:CV").unheard
    answer = ask(store, 'loại:"hướng"')
    assert not found(answer) and [one.typed for one in answer.unheard] == ["hướng"]
