"""A question as a tree of Whoosh's queries: its form, its print, and that Whoosh finds with it what the engine does."""

import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh

from indexer import Index, open_index
from indexer.match import boolean
from indexer.query.parser import parse
from indexer.query.tree import Node
from indexer.whoosh.query_tree import AnySpelling, condition, printed, tree
from indexer.whoosh.searcher import matching_entries, searcher
from tests.indexer.whoosh.whoosh_questions import Question, Step, for_us, questions, steps


def shown(text: str) -> tuple[str, ...]:
    """The printed tree of a question none of whose words is looked up."""
    asked = parse(text)
    return printed(tree(asked, lambda word: not asked.marked))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ("Every",)),
        ("văn", ("Term văn",)),
        ("văn thư", ("Or", "  Term văn", "  Term thư")),
        ("van", ("AnySpelling van",)),
        ('"công tác văn thư"', ("Phrase công tác văn thư",)),
        ('"cong tac"', ("Sequence", "  AnySpelling cong", "  AnySpelling tac")),
        ("lưu trữ -mật", ("AndMaybe", "  Not", "    Term mật", "  Or", "    Term lưu", "    Term trữ")),
        ("trườ* OR trường", ("Or", "  Prefix trườ", "  Term trường")),
        ("truo*", ("AnySpelling truo*",)),
    ],
)
def test_the_printed_tree(text: str, lines: tuple[str, ...]) -> None:
    assert shown(text) == lines


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps(), st.lists(questions(), min_size=12, max_size=12), st.booleans(), st.sets(st.sampled_from(("ba", "bac", "da", "nhà"))))
def test_whoosh_finds_by_the_tree_what_the_engine_finds(
    changes: list[Step], asked_for: list[Question], marked: bool, bound: set[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Index(Path(folder) / "index").create()
        for documents, _ in changes:
            with store.write_batch() as batch:
                for document, entries in documents.items():
                    batch.replace(document, entries)
        snapshot = store.snapshot()
        with searcher(snapshot) as searching:
            for node in filter(None, map(for_us, asked_for)):
                reading = boolean.Evaluation(dict.fromkeys(bound, False), marked, time.monotonic() + 60)
                wanted = boolean.mask(snapshot, node, reading, snapshot.alive)
                found = matching_entries(searching, condition(node, reading.free, marked))
                assert np.array_equal(found, wanted), (node, marked, bound)


def test_any_spelling_is_a_query_of_whooshs(regulations: Index) -> None:
    one, other, begun = AnySpelling("hoa"), AnySpelling("hoa"), AnySpelling("ho", begun=True)
    assert one == other and hash(one) == hash(other) and one != begun != AnySpelling("ho")
    with open_index(regulations.path).searcher() as searching:
        reader = searching.reader()
        assert one.existing_terms(reader, expand=True) == {("words", "hòa".encode())}
        assert {text.decode() for _, text in begun.existing_terms(reader, expand=True)} >= {"hòa", "hội", "hoạch"}
        hits = searching.search(whoosh.And([one, AnySpelling("giai")]))
        assert [hit["document"] for hit in hits] == [4] and hits[0].highlights("text").count("<b") == 2


def test_an_index_without_entries(store: Index) -> None:
    node: Node | None = for_us(("prefix", "b"))
    assert node is not None
    with open_index(store.path).searcher() as searching:
        assert not matching_entries(searching, condition(node, lambda word: True, False)).any()
