"""Abbreviations of the field are met in both directions, with marks and without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.abbreviations import BUILT_IN, Alternative, spelling, stretches
from indexer.text import fold, syllables

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
    assert others("sở giáo dục và đào tạo") == ["sgdđt", "sở gdđt", "sở gd đt"]
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
    for found in stretches(runs):
        assert any(found.asked == run[at : at + len(found.asked)] for run in runs for at in range(len(run)))
