"""Conditions as Whoosh's queries: that Whoosh finds with them what the engine does."""

import tempfile
import time
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh

from indexer import Index, open_index
from indexer.match import boolean
from indexer.query.tree import Node
from indexer.trees import evaluation
from indexer.whoosh.query_tree import AnySpelling, condition
from indexer.whoosh.searcher import searcher
from tests.indexer.whoosh.by_whoosh import matching_entries
from tests.indexer.whoosh.whoosh_questions import Question, Step, for_us, questions, steps


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
