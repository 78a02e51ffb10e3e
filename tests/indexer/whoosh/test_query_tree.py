"""Conditions as Whoosh's queries: that Whoosh finds with them what the engine does."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh

from indexer import Index, open_index
from indexer.match import boolean
from indexer.query.parser import parse
from indexer.query.tree import Near, Node, Similar, Wildcard
from indexer.trees import evaluation
from indexer.whoosh.query_tree import AnySpelling, WordsPassing, condition, printed
from indexer.whoosh.searcher import searcher
from tests.indexer.whoosh.by_whoosh import matching_entries
from tests.indexer.whoosh.whoosh_peer import runs_of
from tests.indexer.whoosh.whoosh_questions import (
    WORDS,
    Question,
    Step,
    entries_after,
    for_us,
    index_after,
    near,
    questions,
    steps,
)


def shown(text: str) -> tuple[str, ...]:
    """The printed tree of the conditions of a question none of whose words is looked up."""
    asked = parse(text)
    assert asked.strict is not None
    return printed(condition(asked.strict, lambda word: not asked.marked, asked.marked))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('"công tác văn thư"', ("Phrase công tác văn thư",)),
        ('"cong tac"', ("Sequence", "  AnySpelling cong", "  AnySpelling tac")),
        ("-mật", ("Not", "  Term mật")),
        ("trườ* OR trường", ("Or", "  Prefix trườ", "  Term trường")),
        ("truo*", ("AnySpelling truo*",)),
        ("tr?ờng", ("WordsPassing tr?ờng",)),
        ("kiễm~", ("WordsPassing kiễm~1",)),
        ('"hội chức"~5', ("NearWords ~5", "  Term hội", "  Term chức")),
        ('"hội chức"^,5 OR hoi^2', ("Or", "  Phrase hội chức^0.5", "  Term hoi^2")),
        ("van^2 OR thu", ("Or", "  AnySpelling van^2", "  AnySpelling thu")),
        ('"hoi chuc"^2', ("Sequence^2", "  AnySpelling hoi", "  AnySpelling chuc")),
        ('"hoi chuc"~2^2', ("NearWords ~2", "  AnySpelling hoi^2", "  AnySpelling chuc^2")),
    ],
)
def test_the_printed_tree(text: str, lines: tuple[str, ...]) -> None:
    assert shown(text) == lines


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps(), st.lists(questions(), min_size=12, max_size=12), st.booleans(), st.sets(st.sampled_from(("ba", "bac", "da", "nhà"))))
def test_whoosh_finds_by_the_tree_what_the_engine_finds(
    changes: list[Step], asked_for: list[Question], marked: bool, bound: set[str]
) -> None:
    with index_after(changes) as store:
        snapshot = store.snapshot()
        with searcher(snapshot, evaluation.matching_entries) as searching:
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


def test_patterns_and_words_near_each_other_are_queries_of_whooshs(regulations: Index) -> None:
    one, other = WordsPassing(Wildcard("h?a"), False), WordsPassing(Wildcard("h?a"), False)
    assert one == other and hash(one) == hash(other) != hash(WordsPassing(Similar("hoa", 1), False)) and one != AnySpelling("h?a")
    assert "h?a" in repr(one) and one.field() == "words"
    with open_index(regulations.path).searcher() as searching:
        assert one.existing_terms(searching.reader(), expand=True) == {("words", "hòa".encode())}
        near = condition(Near(("giải", "hòa"), 3, 2), lambda word: False, True)
        single = condition(Near(("giải", "hòa"), 3), lambda word: False, True)
        (hit,), (plain,) = searching.search(near), searching.search(single)
        assert hit["document"] == 4 and hit.score == pytest.approx(2 * plain.score)
        assert hit.highlights("text").count("<b") == 2
        assert [hit["document"] for hit in searching.search(whoosh.And([one, near]))] == [4]


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(steps(), st.lists(st.sampled_from(WORDS), min_size=2, max_size=4, unique=True), st.integers(1, 8))
def test_several_words_are_near_for_whoosh_where_they_are_for_the_engine(changes: list[Step], words: list[str], distance: int) -> None:
    """Whoosh's own query of this kind puts them together in pairs, and so finds more."""
    node = Near(tuple(words), distance)
    with index_after(changes) as store:
        snapshot = store.snapshot()
        keys = list(zip(snapshot.integers["document"].tolist(), snapshot.integers["order"].tolist(), strict=True))
        right = {
            (one.document, one.order)
            for entries in entries_after(changes).values()
            for one in entries
            if any(near(run, node.words, node.reach) for run in runs_of(one))
        }
        with searcher(snapshot, evaluation.matching_entries) as searching:
            theirs = matching_entries(searching, condition(node, lambda word: False, True))
        ours = boolean.mask(snapshot, node, boolean.Evaluation({}, True, time.monotonic() + 60), snapshot.alive)
        assert {keys[place] for place in np.flatnonzero(theirs).tolist()} == right
        assert {keys[place] for place in np.flatnonzero(ours).tolist()} == right
