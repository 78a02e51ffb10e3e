"""What a tree of Whoosh's queries may cost, and what its searches never tell: deadline, terms, entries that are not readable."""

import time
from typing import Any

import numpy as np
import pytest
from whoosh import query
from whoosh.query import spans
from whoosh.query.qcore import Query

from indexer import Access, Index, Request, search
from indexer.match.expansion import MOST_EXPANDED
from indexer.trees import evaluation
from indexer.whoosh import budget, parts
from tests.indexer.regulations import EVERYTHING, entry, fill, found

STAFF = Access(frozenset({1}))


def term(text: str) -> query.Term:
    return query.Term("words", text)


def asked(tree: Query, limit: int = 20) -> Request:
    """A search whose time does not run out on a busy machine."""
    return Request(tree, limit=limit, time_limit_seconds=60)


def near(*words: str, slop: int = 5) -> Query:
    return spans.SpanNear2([term(word) for word in words], slop=slop)


@pytest.fixture
def many(store: Index) -> Index:
    """1,500 words that begin alike, ten a document, and the word `chung` in every document; `w7` is in three of them."""
    words = [f"w{number}" for number in range(1_500)]
    documents = [entry(number, "chung " + " ".join(words[number * 10 : number * 10 + 10])) for number in range(150)]
    return fill(store, [*documents, entry(900, "w7 riêng"), entry(901, "w7 riêng chung")])


class Endless(Query):  # type: ignore[misc]
    """A query of another's, whose matcher finds every entry again and again."""

    fieldname = None

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """A matcher that reads postings without an end."""
        inner = term("chung").matcher(searcher, context)

        class Round(type(inner)):  # type: ignore[misc]
            def next(self) -> None:
                super().next()
                if not self.is_active():
                    self.reset()

        inner.__class__ = Round
        return inner


@pytest.mark.parametrize(
    "tree",
    [
        Endless(),
        # Tens of thousands of positions beside tens of thousands.
        spans.SpanNear(term("dài"), term("dài"), slop=10**9, mindist=10**9),
        spans.SpanNear2([term("dài"), term("lê")], slop=10**9, ordered=False, mindist=10**9),
    ],
    ids=["endless", "pairs", "pairs of two"],
)  # fmt: skip
def test_the_deadline_holds_within_a_matcher(many: Index, tree: Query) -> None:
    fill(many, [entry(950, "dài lê " * 20_000)])
    started = time.monotonic()
    answer = search(many, Request(tree, time_limit_seconds=0.2), EVERYTHING)
    assert time.monotonic() - started < 5 and answer.truncated


def test_past_the_deadline_nothing_is_found_by_what_is_not_there(many: Index) -> None:
    answer = search(many, Request(query.Not(Endless()), time_limit_seconds=0.2), EVERYTHING)
    assert answer.truncated and answer.total == 0


@pytest.mark.parametrize(
    "tree", [query.Prefix("words", "w"), query.Wildcard("words", "?*?*"), spans.SpanFirst(query.Prefix("words", "w"), limit=9)]
)
def test_a_pattern_stands_for_so_many_terms_the_most_frequent_ones(many: Index, tree: Query) -> None:
    limits = evaluation.Limits(time.monotonic() + 60)
    snapshot = many.snapshot()
    held = evaluation.mask(snapshot, tree, limits, snapshot.alive)
    assert limits.cut and sum(map(len, limits.expanded)) == MOST_EXPANDED
    assert "w7" in limits.expanded[0] and {900, 901} <= set(snapshot.integers["document"][held].tolist())
    answer = search(many, asked(tree), EVERYTHING)
    assert answer.truncated and answer.total == np.count_nonzero(held)


def test_patterns_share_the_room(many: Index) -> None:
    limits = evaluation.Limits(time.monotonic() + 60)
    tree = query.And([query.Prefix("words", "w"), query.Wildcard("words", "*1"), query.Prefix("words", "chu")])
    evaluation.mask(many.snapshot(), tree, limits, many.snapshot().alive)
    assert sorted(map(len, limits.expanded)) == [1, 150, MOST_EXPANDED - 151] and limits.cut


def test_what_must_not_be_there_is_looked_for_with_all_terms(many: Index) -> None:
    for unwanted in (query.Prefix("words", "w"), query.Or([query.Prefix("words", "w"), term("không")])):
        for tree in (query.Not(unwanted), query.AndNot(term("chung"), unwanted)):
            answer = search(many, asked(tree), EVERYTHING)
            assert answer.total == 0 and not answer.truncated, tree
    # One and the same pattern may be wanted here and unwanted there.
    begun = query.Prefix("words", "w")
    tree = query.Or([query.And([begun, term("riêng")]), query.AndNot(query.Every(), begun)])
    assert sorted(found(search(many, asked(tree), EVERYTHING))) == [900, 901]


def test_a_matcher_opens_so_many_terms(many: Index) -> None:
    given = [term(f"w{number}") for number in range(9_998)]
    assert search(many, asked(query.Or(given)), EVERYTHING).total == 152
    # Most of them are in no entry and are not opened.
    assert search(many, asked(spans.SpanFirst(query.Or(given), limit=9)), EVERYTHING).total == 152
    fill(many, [entry(number, " ".join(f"v{number * 100 + place}" for place in range(100))) for number in range(1_000, 1_025)])
    more = [term(f"v{number}") for number in range(100_000, 102_500)]
    answer = search(many, asked(spans.SpanFirst(query.Or(more), limit=9)), EVERYTHING)
    assert answer.truncated and answer.total == 0
    assert search(many, asked(spans.SpanFirst(query.Or(more[:1_500]), limit=9)), EVERYTHING).total == 15
    # Each matcher of a tree may open so many.
    both = [spans.SpanFirst(query.Or(some), limit=9) for some in (more[:1_500], more[500:2_000])]
    answer = search(many, asked(query.Or(both)), EVERYTHING)
    assert answer.total == 20 and not answer.truncated
    # What was not read may hold what is not wanted.
    answer = search(many, asked(query.Not(spans.SpanFirst(query.Or(more), limit=9)), limit=200), EVERYTHING)
    assert answer.truncated and max(found(answer)) == 901


def test_a_range_among_positions_opens_no_terms(store: Index) -> None:
    fill(store, [entry(number, "chung") for number in range(1, 2_200)])
    tree = spans.SpanCondition(term("chung"), query.NumericRange("document", 1, 2_150))
    answer = search(store, asked(tree), EVERYTHING)
    assert answer.total == 2_150 and not answer.truncated


def test_a_program_that_asks_through_whoosh_has_no_limit(many: Index) -> None:
    snapshot = many.snapshot()
    assert np.count_nonzero(evaluation.matching_entries(snapshot, query.Prefix("words", "w"))) == 152
    assert np.count_nonzero(evaluation.matching_entries(snapshot, spans.SpanFirst(query.Prefix("words", "w"), limit=2))) == 152


@pytest.mark.parametrize(
    "tree",
    [
        query.FuzzyTerm("words", "chung", maxdist=3), query.And([query.FuzzyTerm("words", "c" * 41)]),
        spans.SpanFirst(query.FuzzyTerm("words", "chung", maxdist=9)),
    ],
)  # fmt: skip
def test_similar_spellings_are_near_ones(many: Index, tree: Query) -> None:
    with pytest.raises(ValueError, match="edits"):
        search(many, asked(tree), EVERYTHING)


def test_a_tree_has_so_many_levels(many: Index) -> None:
    tree: Query = term("chung")
    for _ in range(64):
        tree = query.And([tree])
    assert search(many, asked(tree), EVERYTHING).total == 151
    with pytest.raises(ValueError, match="levels"):
        search(many, asked(query.Not(tree)), EVERYTHING)


def test_shared_parts_are_checked_once_and_counted_at_each_place(many: Index) -> None:
    tree: Query = term("chung")
    for _ in range(30):
        tree = query.And([query.Or([tree]), tree])
    started = time.monotonic()
    with pytest.raises(ValueError, match="10000 queries"):
        search(many, asked(tree), EVERYTHING)
    assert time.monotonic() - started < 2
    few: Query = term("chung")
    for _ in range(8):
        few = query.And([query.Or([few]), few])
    assert search(many, asked(few), EVERYTHING).total == 151


def test_a_shared_part_counts_with_its_levels_where_it_is_deepest() -> None:
    shared: Query = term("chung")
    for _ in range(40):
        shared = query.And([shared])
    deep = shared
    for _ in range(24):
        deep = query.Or([deep])
    parts.check(query.Or([shared, query.Or([term("a")])]))
    parts.check(deep)
    with pytest.raises(ValueError, match="levels"):
        parts.check(query.Or([shared, deep]))
    ring = query.And([term("chung")])
    ring.subqueries.append(ring)
    with pytest.raises(ValueError, match="levels"):
        parts.check(ring)


def test_a_tree_has_so_many_queries(many: Index) -> None:
    """All terms that are given one by one are looked for, unlike those that a pattern stands for."""
    given = [term(f"w{number}") for number in range(9_999)]
    answer = search(many, asked(query.Or(given)), EVERYTHING)
    assert answer.total == 152 and not answer.truncated
    with pytest.raises(ValueError, match="10000 queries"):
        search(many, asked(query.Or([*given, term("khác")])), EVERYTHING)


def test_the_steps_between_two_looks_at_the_clock_are_few() -> None:
    spent = budget.Budget(0.0, 10)
    with pytest.raises(budget.OverBudget):
        for _ in range(300):
            spent.step()
    assert spent.late and not spent.cut


class Spy(Query):  # type: ignore[misc]
    """Tells everything that a query can learn of the index."""

    fieldname = None

    def __init__(self) -> None:
        self.seen: list[set[int]] = []

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """All entries that there are, by several ways."""
        reader = searcher.reader()
        self.seen.append(set(reader.all_doc_ids()))
        self.seen.append({one for one in range(reader.doc_count_all()) if not reader.is_deleted(one)})
        self.seen.append(set(reader.postings("words", b"chung").all_ids()))
        self.seen.append(set(reader.postings("document", reader.schema["document"].to_bytes(2)).all_ids()))
        self.seen.append(set(query.Not(query.Term("words", "khác")).docs(searcher)))
        self.seen.append({one for one in query.Every().docs(searcher)})
        return query.Every().matcher(searcher, context)


def test_a_query_cannot_tell_of_entries_that_are_not_readable(store: Index) -> None:
    """Not even one of a program's own making: it reads an index that has nothing else."""
    fill(store, [entry(number, "chung", access=1 + number % 2) for number in range(1, 7)])
    snapshot, spy = store.snapshot(), Spy()
    readable = set(np.flatnonzero(snapshot.readable(STAFF).entries).tolist())
    answer = search(store, asked(spy), STAFF)
    assert sorted(found(answer)) == [2, 4, 6] and answer.total == 3
    assert spy.seen and all(one <= readable for one in spy.seen) and readable in spy.seen


ASKED = (
    near("chung", "kín"), query.Wildcard("words", "k?n"), query.Not(term("khác")), query.Every(), query.Prefix("words", "k"),
    spans.SpanOr([near("chung", "kín"), near("chung", "lộ")]), query.Require(query.Every(), query.NumericRange("document", 1, 9)),
    query.Otherwise(near("chung", "kín"), term("lộ")),
)  # fmt: skip


@pytest.mark.parametrize("tree", ASKED, ids=[type(tree).__name__ for tree in ASKED])
def test_a_hidden_document_changes_no_answer(tmp_path: Any, tree: Query) -> None:
    """With and without it a reader finds the same, counted, facetted, ordered and marked in the same way."""
    shown = [entry(1, "chung lộ", doc_type="Luật"), entry(2, "lộ kiên", doc_type="Kế hoạch", label="chung")]
    hidden = entry(3, "chung kín kan kon lộ", access=9, doc_type="Mật")
    answers = []
    for name, entries in (("with", [*shown, hidden]), ("without", shown)):
        store = fill(Index(tmp_path / name).create(), entries)
        answer = search(store, asked(tree), STAFF)
        answers.append((answer.total, answer.hits, answer.facets, answer.missing_words, answer.truncated, answer.mark("kín kan lộ")))
        assert 3 not in found(answer) and all(value.value != "Mật" for value in answer.facets["type"])
    assert answers[0] == answers[1]
