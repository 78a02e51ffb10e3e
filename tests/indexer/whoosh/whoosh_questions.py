"""Random documents, changes and queries; which entries a query should match; and the query in the form of Whoosh and
in ours.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from whoosh import query as whoosh
from whoosh.query.spans import SpanNear2

from indexer import Entry, Index
from indexer.index.schema import day_number
from indexer.query import tree
from legaltext.text import fold
from tests.indexer.regulations import entry
from tests.indexer.whoosh.whoosh_peer import runs_of

WORDS = ("ba", "bà", "bac", "bạc", "đa", "da", "nhà", "30")
# Texts of so few words contain all pairs of many phrases, but not the phrases themselves.
FEW = WORDS[:2]
DAY = date(2020, 1, 1)

Question = tuple[Any, ...]
Step = tuple[dict[int, list[Entry]], bool]


@st.composite
def _entries(draw: Any, document: int) -> list[Entry]:
    words = st.sampled_from(draw(st.sampled_from((WORDS, FEW))))
    made = []
    for order in range(draw(st.integers(1, 3))):
        text, title, label = (" ".join(draw(st.lists(words, max_size=size))) for size in (9, 3, 2))
        made.append(
            entry(document, text, title=title, label=label, doc_title=" ".join(draw(st.lists(words, max_size=2))),
                  doc_type=draw(st.sampled_from(("luật", "nghị"))), order=order,
                  issued_on=DAY + timedelta(days=draw(st.integers(0, 9))))
        )  # fmt: skip
    return made


@st.composite
def steps(draw: Any) -> list[Step]:
    made = []
    for _ in range(draw(st.integers(1, 5))):
        documents = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True))
        changes = {one: [] if draw(st.integers(0, 4)) == 0 else draw(_entries(one)) for one in documents}
        made.append((changes, draw(st.integers(0, 3)) == 0))
    return made


@contextmanager
def index_after(changes: list[Step]) -> Iterator[Index]:
    """An index to which the documents of each step were written in a batch of its own. All segments are merged where
    a step says so."""
    with tempfile.TemporaryDirectory() as folder:
        store = Index(Path(folder) / "index").create()
        for documents, joined in changes:
            with store.write_batch() as batch:
                for document, entries in documents.items():
                    batch.replace(document, entries)
            while joined and store._current().tidy(pack=True):
                pass
        yield store


def entries_after(changes: list[Step]) -> dict[int, list[Entry]]:
    """The entries of each document after these steps; none where it was deleted."""
    return {document: entries for documents, _ in changes for document, entries in documents.items()}


def questions() -> st.SearchStrategy[Question]:
    words = st.sampled_from(WORDS)
    days = st.integers(-1, 10).map(lambda days: day_number(DAY + timedelta(days=days)))
    leaves = st.one_of(
        st.tuples(st.just("word"), words),
        st.tuples(st.just("pair"), words, words),
        st.tuples(st.just("phrase"), st.lists(words, min_size=2, max_size=4).map(tuple)),
        st.tuples(st.just("phrase"), st.lists(st.sampled_from(FEW), min_size=3, max_size=4).map(tuple)),
        st.tuples(st.just("prefix"), st.sampled_from(("b", "ba", "bạ", "đ", "d", "x", "3"))),
        st.tuples(st.just("wildcard"), st.sampled_from(("b?", "b*c", "?a", "*a*", "n?à", "b?*", "*", "?*?*", "đ?a*", "b*ạ*c"))),
        st.tuples(st.just("similar"), st.sampled_from(("ba", "bà", "bạc", "bca", "đa", "nhà", "x")), st.integers(0, 2)),
        st.tuples(st.just("near"), st.lists(words, min_size=2, max_size=2, unique=True).map(tuple), st.integers(1, 4)),
        st.tuples(st.just("range"), st.just("issued"), days, days),
        st.tuples(st.just("range"), st.just("document"), st.integers(0, 5), st.integers(3, 10)),
        st.tuples(st.just("type"), st.sampled_from(("luật", "nghị"))),
        st.tuples(st.just("every")),
    )

    def deeper(inner: st.SearchStrategy[Question]) -> st.SearchStrategy[Question]:
        some = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.tuples(st.just("all"), some),
            st.tuples(st.just("any"), some),
            st.tuples(st.just("not"), inner),
            st.tuples(st.just("butnot"), inner, inner),
        )

    return st.recursive(leaves, deeper, max_leaves=6)


def _stands(run: list[str], words: tuple[str, ...]) -> bool:
    return any(tuple(run[place : place + len(words)]) == words for place in range(len(run)))


def near(run: list[str], words: tuple[str, ...], distance: int) -> bool:
    """Whether a place of each word can be chosen so that the first and the last are at most so far apart."""
    places = [[place for place, own in enumerate(run) if own == word] for word in words]
    return any(max(chosen) - min(chosen) <= distance for chosen in product(*places))


def edits(first: str, second: str) -> int:
    """The distance of Levenshtein, as it is defined."""
    if not first or not second:
        return len(first) + len(second)
    changed = edits(first[1:], second[1:]) + (first[0] != second[0])
    return min(changed, edits(first[1:], second) + 1, edits(first, second[1:]) + 1)


def _fits(kind: str, asked: tuple[Any, ...], word: str) -> bool:
    if kind == "prefix":
        return word.startswith(asked[0])
    if kind == "similar":
        return edits(word, asked[0]) <= asked[1]
    return bool(re.fullmatch(asked[0].replace("*", ".*").replace("?", "."), word))


def meant(one: Entry, asked: Question, folded: bool = False) -> bool:
    """Whether an entry answers; `folded`: a beginning, a pattern or a similar word without diacritics means any spelling."""
    kind, *rest = asked
    runs = runs_of(one)
    if kind in ("word", "pair", "phrase"):
        words = rest[0] if kind == "phrase" else tuple(rest)
        return any(_stands(run, words) for run in runs)
    if kind in ("prefix", "wildcard", "similar"):
        bare = folded and fold(rest[0]) == rest[0]
        return any(_fits(kind, tuple(rest), fold(word) if bare else word) for run in runs for word in run)
    if kind == "near":
        return any(near(run, *rest) for run in runs)
    if kind == "range":
        value = one.document if rest[0] == "document" else day_number(one.issued_on)
        return bool(rest[1] <= value <= rest[2])
    if kind == "type":
        return bool(one.doc_type == rest[0])
    if kind == "all":
        return all(meant(one, each, folded) for each in rest[0])
    if kind == "any":
        return any(meant(one, each, folded) for each in rest[0])
    if kind == "not":
        return not meant(one, rest[0], folded)
    if kind == "butnot":
        return meant(one, rest[0], folded) and not meant(one, rest[1], folded)
    return True


def for_whoosh(asked: Question) -> whoosh.Query:
    """The query as a Whoosh query."""
    kind, *rest = asked
    if kind == "word":
        return whoosh.Term("words", rest[0])
    if kind == "pair":
        return whoosh.Term("pairs", " ".join(rest))
    if kind == "phrase":
        return whoosh.Phrase("words", list(rest[0]))
    if kind in ("prefix", "wildcard", "similar"):
        # Whoosh scores a prefix by its word where a segment has only one such word. The words of a deleted entry stay
        # in a segment until it is merged, and the two indexes merge at different times. So prefixes get a constant
        # score.
        return whoosh.ConstantScoreQuery(_many_for_whoosh(kind, *rest))
    if kind == "near":
        return SpanNear2([whoosh.Term("words", word) for word in rest[0]], slop=rest[1], ordered=False)
    if kind == "range":
        return whoosh.NumericRange(*rest)
    if kind == "type":
        return whoosh.Term("type", rest[0])
    if kind in ("all", "any"):
        return (whoosh.And if kind == "all" else whoosh.Or)([for_whoosh(each) for each in rest[0]])
    if kind == "not":
        return whoosh.Not(for_whoosh(rest[0]))
    if kind == "butnot":
        return whoosh.And([for_whoosh(rest[0]), whoosh.Not(for_whoosh(rest[1]))])
    return whoosh.Every()


def _many_for_whoosh(kind: str, text: str, most: int = 0) -> whoosh.Query:
    if kind == "similar":
        return whoosh.FuzzyTerm("words", text, maxdist=most, prefixlength=0)
    return (whoosh.Prefix if kind == "prefix" else whoosh.Wildcard)("words", text)


def for_us(asked: Question) -> tree.Node | None:
    """The query as a condition of our evaluator; None for a query that is no condition there."""
    kind, *rest = asked
    if kind == "word":
        return tree.Word(rest[0])
    if kind in ("pair", "phrase"):
        return tree.Phrase(rest[0] if kind == "phrase" else tuple(rest))
    if kind == "prefix":
        return tree.Prefix(rest[0])
    if kind == "wildcard":
        return tree.Wildcard(rest[0])
    if kind == "similar":
        return tree.Similar(*rest)
    if kind == "near":
        return tree.Near(*rest)
    if kind in ("all", "any"):
        nodes = tuple(for_us(each) for each in rest[0])
        return None if None in nodes else (tree.All if kind == "all" else tree.AnyOf)(nodes)  # type: ignore[arg-type]
    if kind == "not":
        return (inner := for_us(rest[0])) and tree.Without(inner)
    if kind == "butnot":
        wanted, unwanted = for_us(rest[0]), for_us(rest[1])
        return tree.All((wanted, tree.Without(unwanted))) if wanted and unwanted else None
    return None
