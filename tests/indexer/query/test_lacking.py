"""The words of the query that a hit lacks: the engine and the text itself give the same answer."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Index, Request
from indexer.query.on_text import held, lacking
from indexer.query.parser import parse
from indexer.search.diagnosis import diagnose
from tests.indexer.regulations import EVERYTHING, ask, entry, fill

LINES = (
    "Người đứng đầu ban hành quy chế thực hiện dân chủ ở cơ sở",
    "Ủy ban nhân dân tỉnh tổ chức hội nghị cán bộ",
    "Thanh tra nhân dân kiểm tra hồ sơ",
)
WORDS = sorted(
    {word for line in LINES for word in line.lower().split()} | {"quy", "che", "dan", "uỷ", "UBND", "zzqx"}
)


@pytest.fixture
def lines(store: Index) -> Index:
    """One document per line."""
    return fill(
        store, [entry(number, text=line, title="", doc_title="") for number, line in enumerate(LINES, 1)]
    )


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("quy chế dân chủ hội nghị", ("hội", "nghị")),
        ("quy che dan chu hoi nghi", ("hoi", "nghi")),
        ("quy chế dân chủ", ()),
        ('"dân chủ" cơ sở hội đồng', ("hội", "đồng")),
        ("UBND tỉnh tổ chức thanh", ("thanh",)),
    ],
)
def test_what_the_best_provision_lacks(lines: Index, question: str, missing: tuple[str, ...]) -> None:
    assert ask(lines, question).hits[0].provisions[0].lacking == missing


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
def test_engine_and_text_agree(lines: Index, words: list[str]) -> None:
    query = parse(" ".join(words))
    for hit in ask(lines, " ".join(words)).hits:
        provision = hit.provisions[0]
        there = held((LINES[hit.document - 1], provision.title, provision.label))
        # Which words match in any spelling depends on the content of the index, so the engine is asked.
        folded = diagnose(lines, Request(" ".join(words)), EVERYTHING, hit.document).folded
        assert lacking(query, there, folded) == provision.lacking


def test_a_number_is_not_lacking_in_the_text_of_its_document(store: Index) -> None:
    fill(store, [entry(1, text="Hội nghị tổ chức hằng năm", number="30/2020/NĐ-CP", doc_type="Nghị định")])
    hits = ask(store, "nghị định 30 hội nghị").hits
    assert [hit.document for hit in hits] == [1] and hits[0].provisions[0].lacking == ()
