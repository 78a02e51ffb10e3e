"""A whole question as a tree of Whoosh's queries: its filters, its number, its words; and that the tree finds what the search
finds, by the engine's evaluation and by Whoosh's own matchers."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from whoosh import query as whoosh
from whoosh.query import spans

from indexer import Access, Entry, Index, Request
from indexer.index.snapshot import Bools, Snapshot
from indexer.match import bm25
from indexer.search.answers import Answers, answers
from indexer.search.explain import tree_of
from indexer.trees import evaluation
from indexer.whoosh.query_tree import printed
from indexer.whoosh.searcher import searcher
from tests.indexer.regulations import EVERYTHING, entry, fill
from tests.indexer.whoosh.by_whoosh import matching_entries

WORDS = ("ba", "bà", "bac", "bạc", "đa", "da", "nhà", "lưu", "trữ", "luu", "dân", "chủ")
TYPES, ISSUERS = ("Luật", "Nghị định", "Kế hoạch", ""), ("Chính phủ", "Quốc hội", "Sở Nội vụ", "")
DAY = date(2019, 6, 1)
LISTS = frozenset({1, 2})


def _document(chance: random.Random, number: int) -> list[Entry]:
    issued = chance.choice((None, DAY + timedelta(days=chance.randrange(900))))
    begin = issued and issued + timedelta(days=chance.randrange(60))
    facts = {
        "access": chance.randrange(1, 4), "doc_type": chance.choice(TYPES), "issuer": chance.choice(ISSUERS),
        "number": f"{chance.randrange(1, 6)}/{chance.choice((2019, 2020))}/NĐ-CP", "issued_on": issued, "effective_from": begin,
        "effective_to": begin and chance.choice((None, begin + timedelta(days=chance.randrange(1, 900)))),
        "folder": chance.randrange(4), "doc_title": " ".join(chance.choices(WORDS, k=3)),
    }  # fmt: skip
    return [
        entry(number, " ".join(chance.choices(WORDS, k=chance.randrange(1, 12))), title=" ".join(chance.choices(WORDS, k=2)),
              label=f"Điều {order}", anchor=f"dieu-{order}", order=order, **facts)
        for order in range(1, chance.randrange(2, 6))
    ]  # fmt: skip


@pytest.fixture
def corpus(store: Index) -> Snapshot:
    """Some 40 documents in several segments, some deleted, on three access lists."""
    chance = random.Random(7)
    for first in range(1, 41, 10):
        fill(store, [one for number in range(first, first + 10) for one in _document(chance, number)])
    fill(store, [one for number in (3, 14, 25) for one in _document(chance, number)])
    with store.write_batch() as batch:
        batch.delete(8)
    snapshot = store.snapshot()
    assert len(snapshot.segments) > 1 and not snapshot.alive.all()
    return snapshot


PARTS = (
    "ba", "bà", "bac", "da", "lưu trữ", "luu tru", '"lưu trữ"', '"da bac"', '"dân chủ nhà"', '"trữ lưu"~>3', '"nhà dân chủ"~>4', '"bac da"~>6', "ba*", "-nhà", '-"lưu trữ"',
    "(ba OR nhà)", "-(ba bà)", "trữ*", "nhà bạc đa chủ", "điều 2", "số:3/2020", "3/2020/NĐ-CP", "vitamin 2", "uống", "?!",
    "ba nhà bạc đa chủ dân lưu", "da luu tru dan chu",
)  # fmt: skip
FIELDS = (
    "loại:luật", "loại:luật,kế hoạch", "cơ quan:chính phủ", "cơ quan:nội vụ", "năm:2020", "năm:2019-2020", "từ:2020", "đến:2020",
    "hiệu lực:2020", "từ:01/03/2020 đến:30/09/2020", "loại:thông tư",
)  # fmt: skip
TICKED = (
    {}, {}, {}, {}, {}, {}, {}, {"type": ("Luật", "Nghị định")}, {"year": ("2020", "x")}, {"folder": ("1", "0")}, {"issuer": ("Quốc hội",)},
    {"status": ("con_hieu_luc",)}, {"status": ("het_hieu_luc", "chua_hieu_luc"), "type": ("Luật",)}, {"color": ("red",)},
)  # fmt: skip


def requests() -> Iterator[Request]:
    """Questions of up to three parts and two fields, looked for here and there."""
    chance = random.Random(11)
    for _ in range(600):
        asked = [*chance.sample(PARTS, chance.choice((0, 1, 1, 2, 2, 3))), *chance.sample(FIELDS, chance.choice((0, 0, 0, 1, 2)))]
        chance.shuffle(asked)
        yield Request(
            " ".join(asked), filters=chance.choice(TICKED), at=date(2020, 6, 1),
            document=chance.choice((*[None] * 9, 5)), folder_tree=chance.choice((*[None] * 7, {1, 2}, {0, 3}, set())),
            since=chance.choice((*[None] * 5, date(2020, 1, 1))), until=chance.choice((*[None] * 5, date(2020, 12, 31))),
        )  # fmt: skip


def _below_the_share(snapshot: Snapshot, found: Answers, entries: Bools) -> bool:
    """Whether these entries score too little of the best score to be an answer."""
    scores = bm25.score_all(snapshot, found.asked.statistics, found.asked.weighted, time.monotonic() + 60)
    top = float(scores[found.matched.entries].max(initial=0.0))
    return bool((scores[entries] < max(0.3 * top, 1e-6)).all())


def test_the_tree_finds_what_the_search_finds(corpus: Snapshot) -> None:
    access, same, narrower = Access(LISTS), 0, 0
    with searcher(corpus, evaluation.matching_entries) as searching:
        for request in requests():
            found = answers(corpus, request, access, time.monotonic())
            tree = tree_of(corpus, request, found)
            by_tree = evaluation.mask(corpus, tree, evaluation.Limits(time.monotonic() + 60), found.readable.entries)
            told = (request, printed(tree))
            assert np.array_equal(by_tree, matching_entries(searching, tree) & found.readable.entries), told
            kept = np.zeros(corpus.size, bool)
            kept[found.kept.entries] = True
            assert not (kept & ~by_tree).any(), told
            number = found.asked.query.number
            if (kept != by_tree).any():
                narrower += 1
                assert not found.all_words or number and number.perhaps, told
                assert found.asked.query.free and _below_the_share(corpus, found, by_tree & ~kept), told
            elif kept.any():
                same += 1
    assert same > 150 and narrower > 30, (same, narrower)


def shown(text: str, store: Index, **asked: Any) -> tuple[str, ...]:
    """The printed tree of a question."""
    snapshot, request = store.snapshot(), Request(text, **{"at": date(2024, 6, 1)} | asked)
    return printed(tree_of(snapshot, request, answers(snapshot, request, EVERYTHING, time.monotonic())))


# (what is asked, the lines of its tree)
PRINTED = (
    ("", {}, ("Every",)),
    ("?!", {}, ("_NullQuery",)),
    ("văn", {}, ("Term văn",)),
    ("van ban", {}, ("And", "  AnySpelling van", "  AnySpelling ban")),
    ('"công tác năm"', {}, ("Phrase công tác năm",)),
    ('"cong tac"', {}, ("Sequence", "  AnySpelling cong", "  AnySpelling tac")),
    ("lưu trữ -mật", {}, ("And", "  Not", "    Term mật", "  And", "    Term lưu", "    Term trữ")),
    ("lưu xyz -mật", {}, ("AndMaybe", "  Not", "    Term mật", "  Or", "    Term lưu", "    AnySpelling xyz")),
    ("xyz lưu", {}, ("Or", "  AnySpelling xyz", "  Term lưu")),
    ("trườ* OR trường", {}, ("Or", "  Prefix trườ", "  Term trường")),
    ("truo*", {}, ("AnySpelling truo*",)),
    ("loại:luật", {}, ("Term type:Luật",)),
    ("loại:luật,nghị định văn", {}, ("And", "  Or", "    Term type:Luật", "    Term type:Nghị định", "  Term văn")),
    ("loại:thông tư", {}, ("_NullQuery",)),
    ('cơ quan:"giáo dục"', {}, ("Term issuer:Sở Giáo dục và Đào tạo",)),
    ("năm:2020", {}, ("Term year:2020",)),
    ("từ:01/02/2020", {}, ("NumericRange issued 01/02/2020–",)),
    ("đến:2020", {}, ("NumericRange issued –31/12/2020",)),
    ("từ:2019", {"since": date(2020, 5, 1), "until": date(2021, 5, 1)}, ("NumericRange issued 01/05/2020–01/05/2021",)),
    ("hiệu lực:01/03/2024", {"at": None}, ("ValidOn con_hieu_luc 01/03/2024",)),
    ("số:30/2020", {}, ("DocumentNumber 30/2020",)),
    ("số:30/2020 lưu", {}, ("AndMaybe", "  DocumentNumber 30/2020", "  Term lưu")),
    ("nghị định 30/2020/NĐ-CP", {}, ("Or", *(f"  Term {word}" for word in ("nghị", "định", "30", "2020", "nđ", "cp", "chính", "phủ")),
                                     "  DocumentNumber nghị định 30/2020/NĐ-CP")),
    ("luật hòa giải ở cơ sở", {}, ("Or", *(f"  Term {word}" for word in ("luật", "hòa", "giải", "ở", "cơ", "sở")),
                                   "  Term document:4")),
    ("điều 5", {}, ("Or", "  And", "    Term điều", "    Term 5", "  Labelled điều 5")),
    ("văn", {"document": 2, "folder_tree": {7, 8}}, ("And", "  Term document:2", "  Or", "    Term folder:7", "    Term folder:8",
                                                     "  Term văn")),
    ("văn", {"folder_tree": set()}, ("And", "  _NullQuery", "  Term văn")),
    ("văn", {"filters": {"status": ("het_hieu_luc", "con_hieu_luc"), "folder": ("7",), "type": ()}},
     ("And", "  Or", "    ValidOn con_hieu_luc 01/06/2024", "    ValidOn het_hieu_luc 01/06/2024", "  Term folder:7", "  Term văn")),
    ("", {"filters": {"color": ("red",)}}, ("_NullQuery",)),
)  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "lines"), PRINTED, ids=[f"{text} {list(asked)}" for text, asked, _ in PRINTED])
def test_the_printed_tree(regulations: Index, text: str, asked: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert shown(text, regulations, **asked) == lines


def test_a_tree_that_a_program_gave_is_printed_with_the_filters() -> None:
    tree = whoosh.And([whoosh.Term("type", "Luật"), spans.SpanNot(whoosh.Term("words", "a"), whoosh.Prefix("words", "b"))])
    assert printed(tree) == ("And", "  Term type:Luật", "  SpanNot", "    Term a", "    Prefix b")
    many = whoosh.Or([whoosh.Term("folder", number) for number in range(1_000)])
    assert len(printed(many)) == 22 and printed(many)[-1] == "  … 980"
