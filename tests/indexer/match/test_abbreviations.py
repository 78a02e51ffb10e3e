"""Abbreviations find their full names and the other way round, with and without diacritics."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.index import Index
from indexer.match.bound_query import understand
from indexer.query.parser import parse
from legaltext.abbreviations import BUILT_IN, Alternative, spelling, stretches
from legaltext.text import fold, syllables
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found, marked

PAIRS = [(short, name) for short, names in BUILT_IN.items() for name in names]


def others(text: str) -> list[str]:
    return [" ".join(found.other) for found in stretches((tuple(syllables(text)),))]


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("UBND cấp xã", "ủy ban nhân dân"),
        ("ubnd cap xa", "ủy ban nhân dân"),
        ("quyền của Uỷ ban nhân dân", "ubnd"),
        ("uy ban nhan dan tinh", "ubnd"),
        ("hội đồng nhân dân", "hđnd"),
        ("HDND", "hội đồng nhân dân"),
        ("phòng GD&ĐT", "phòng giáo dục và đào tạo"),
        ("ngành GD&ĐT", "giáo dục và đào tạo"),
        ("SGDĐT", "sở gd đt"),
        ("Sở GDĐT", "sgdđt"),
        ("gd&đt", "gdđt"),
        ("Bộ LĐTB&XH", "lao động thương binh và xã hội"),
        ("sở ld-tb&xh", "lao động thương binh và xã hội"),
        ("cấp CNQSDĐ", "chứng nhận quyền sử dụng đất"),
        ("Bộ NN&PTNT", "nông nghiệp và phát triển nông thôn"),
        ("thủ tục hành chính", "tthc"),
        ("văn bản quy phạm pháp luật", "vbqppl"),
    ],
)
def test_both_ways(asked: str, other: str) -> None:
    assert other in others(asked)


def test_several_names_share_a_stretch() -> None:
    assert stretches((("cđ", "cơ", "sở"),)) == tuple(
        Alternative(("cđ",), tuple(name.split())) for name in ("công đoàn", "công điện", "cao đẳng")
    )


def test_the_longest_stretch_is_taken_and_none_inside_it() -> None:
    assert others("sở giáo dục và đào tạo") == ["sgdđt", "sở gdđt", "sở gd đt", "sở gd và đt"]
    assert set(others("giáo dục và đào tạo")) == {"gdđt", "gd đt"}


@pytest.mark.parametrize("asked", ["ủy bàn nhân dân", "đăng", "kế hoạch năm 2024", "", "ủy ban", "hs"[:1]])
def test_marks_and_wholeness_count(asked: str) -> None:
    assert others(asked) == []


def test_a_stretch_stays_inside_its_run() -> None:
    assert stretches((("ủy", "ban"), ("nhân", "dân"))) == ()


def test_a_table_of_ones_own() -> None:
    table = {"TT&TT": ("thông tin và truyền thông",)}
    assert stretches((("sở", "tt", "tt"),), table)[0].other == tuple("thông tin và truyền thông".split())
    assert stretches((("ubnd",),), table) == ()
    assert stretches((("ubnd",),), {}) == ()


def test_the_built_in_names_are_told_apart() -> None:
    spelled = [spelling(short) for short in BUILT_IN]
    assert len(set(spelled)) == len(spelled)
    assert spelling("GD&ĐT") == "gd dt"


@given(st.sampled_from(PAIRS), st.booleans(), st.lists(st.sampled_from(["zz", "yy", "12"]), max_size=3))
def test_every_built_in_pair_is_met(pair: tuple[str, str], marked: bool, around: list[str]) -> None:
    for written, other in (pair, pair[::-1]):
        run = (*around, *syllables(written if marked else fold(written)), *around)
        assert tuple(syllables(other)) in [found.other for found in stretches((run,))]


@given(st.lists(st.lists(st.text(min_size=1, max_size=4).map(str.lower), max_size=5).map(tuple), max_size=3))
def test_what_is_asked_stands_in_the_question(runs: list[tuple[str, ...]]) -> None:
    for one in stretches(runs):
        assert any(one.asked == run[at : at + len(one.asked)] for run in runs for at in range(len(run)))


@pytest.mark.parametrize("typed", ["HNGD", "CNTT lưu trữ"])
def test_an_abbreviation_is_no_mistake(store: Index, typed: str) -> None:
    fill(store, [entry(1, "hngđ cntđ hnga cntts"), entry(2, "lưu trữ hôn nhân và gia đình, công nghệ thông tin")])
    assert ask(store, typed).suggestion is None


_DEPARTMENT = "Giám đốc Sở Giáo dục và Đào tạo chịu trách nhiệm thi hành."
_MINISTRY = "Bộ Giáo dục và Đào tạo bảo đảm quyền của trẻ em trong mọi cơ sở giáo dục và nơi đào tạo khác."


@pytest.mark.parametrize("query", ["SGDĐT", "sgddt", "sở GD&ĐT", "Sở GD và ĐT", "SGDĐT trách nhiệm"])
def test_what_an_abbreviation_stands_for_is_found_as_a_whole(store: Index, query: str) -> None:
    fill(store, [entry(1, _MINISTRY * 3 + "Trách nhiệm."), entry(2, _DEPARTMENT),
                 entry(3, "Số: 45/QĐ-SGDĐT. Trách nhiệm."), entry(4, "Sở GD&ĐT có trách nhiệm báo cáo.")])  # fmt: skip
    answer = ask(store, query)
    assert sorted(found(answer)) == [2, 3, 4]
    assert all(marked(hit.provisions[0].snippet) for hit in answer.hits)


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("so gd va dt", "Sở GD và ĐT"),
        ("HĐND uy ban nhan dan", "Ủy ban nhân dân"),
        ("HĐND uy ban nhan dan", "nhân dân"),
        ('HĐND "uy ban nhan dan"', "Ủy ban nhân dân"),
    ],
)
def test_a_word_asked_is_marked_though_another_name_has_it_too(store: Index, query: str, there: str) -> None:
    text = f"HĐND và {there} họp." if "HĐND" in query else f"Giám đốc {there} họp."
    fill(store, [entry(1, text), entry(2, "Sở Giáo dục và Đào tạo, Sở GDĐT")])
    shown = [hit.provisions[0].snippet for hit in ask(store, query).hits if hit.document == 1]
    assert there in marked(shown[0])


def test_a_word_of_several_names_counts_once(store: Index) -> None:
    fill(store, [entry(1, _DEPARTMENT), entry(2, "Sở GDĐT; Sở GD&ĐT; SGDĐT")])
    query = parse("Sở Giáo dục và Đào tạo, sở")
    asked = understand(store.snapshot(), EVERYTHING, query, date.today(), math.inf)
    counts = {" ".join(one.slot.words): one.slot.asked for one in asked.weighted}
    assert (counts["sở"], counts["và"], counts["gd"], counts["sgdđt"]) == (2, 1, 1, 1)


def test_a_name_that_stands_only_in_pieces_is_lacking(store: Index) -> None:
    fill(store, [entry(1, _MINISTRY), entry(2, _DEPARTMENT), entry(3, "Bảo đảm quyền trẻ em: Sở Giáo dục", title="Và Đào tạo")])
    lacks = {hit.document: hit.provisions[0].lacking for hit in ask(store, "SGDĐT bảo đảm quyền trẻ em").hits}
    assert lacks[1] == lacks[3] == ("sgdđt",)


@pytest.mark.parametrize("query", ["SGDĐT", "Sở GD&ĐT"])
def test_a_provision_with_a_name_in_pieces_says_nothing_that_its_title_does_not(store: Index, query: str) -> None:
    title = {"doc_title": "Kế hoạch của Sở Giáo dục và Đào tạo", "doc_type": "Kế hoạch"}
    texts = [_MINISTRY, _DEPARTMENT, "Kinh phí."]
    fill(store, [entry(1, text, anchor=f"muc-{place}", order=place, **title) for place, text in enumerate(texts)])
    assert [one.anchor for one in ask(store, query).hits[0].provisions] == ["muc-1"]


def test_an_abbreviation_that_no_text_has_in_any_form_finds_nothing(store: Index) -> None:
    fill(store, [entry(1, "Người lao động đi làm việc ở nước ngoài."), entry(2, "Xuất khẩu gạo sang Nhật Bản.")])
    alone = ask(store, "XKLĐ")
    assert (alone.missing_words, alone.total) == (("xklđ",), 0)
    fill(store, [entry(3, "Xuất khẩu lao khổ; khẩu lao động.")])
    assert ask(store, "XKLĐ").missing_words == ("xklđ",)
    beside = ask(store, "XKLĐ Nhật")
    assert (beside.missing_words, found(beside)) == (("xklđ",), [2])
