"""A tree of Whoosh's queries as a question of ours.

Decides which words of the tree rank and are marked: those that an entry may answer by, as many as a question that is typed may
have. Which entries answer is decided by the tree itself.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Iterator
from itertools import islice

from whoosh.query.compound import And
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Query as WhooshQuery
from whoosh.query.terms import Term

from indexer.index.schema import PAIRS, WORDS
from indexer.match.bound_query import BoundQuery
from indexer.query.lexer import MAX_SYLLABLES
from indexer.query.query import Query
from indexer.query.tree import ordered
from indexer.whoosh.parts import check, leaves
from indexer.whoosh.query_tree import AnySpelling, Free, condition


def question(tree: WhooshQuery) -> Query:
    """The question that a tree asks; ValueError as `parts.check` says."""
    check(tree)
    held = list(leaves(tree))
    runs = tuple(islice(dict.fromkeys(run for leaf in held for run in _runs(leaf)), MAX_SYLLABLES))
    # Whoosh's terms are meant as they are spelled.
    marked = any(isinstance(leaf, Phrase | Term) for leaf in held)
    return Query(runs=runs, given=tree, marked=marked, blank=False, text=" ".join(map(" ".join, runs)))


def free(asked: BoundQuery) -> Free:
    """A function that tells whether any spelling of a word of the query matches, as it was decided for this index."""
    return lambda word: asked.folded.get(word, not asked.query.marked)


def demanded(asked: BoundQuery) -> WhooshQuery | None:
    """The tree of Whoosh queries that every result must match besides what `match` evaluates, or None without any.

    It is the tree given by a program, and the words near each other that must come in the order typed.
    """
    trees = [condition(node, free(asked), asked.query.marked) for node in ordered(asked.query.strict)]
    if asked.query.given is not None:
        trees.append(asked.query.given)
    return trees[0] if len(trees) == 1 else And(trees) if trees else None


def _runs(leaf: WhooshQuery) -> Iterator[tuple[str, ...]]:
    """The neighbouring syllables that a leaf asks for."""
    if isinstance(leaf, AnySpelling):
        if not leaf.begun:
            yield (leaf.text,)
    elif isinstance(leaf, Phrase) and leaf.fieldname == WORDS:
        yield tuple(map(_text, leaf.words))
    elif isinstance(leaf, Term) and leaf.fieldname in (WORDS, PAIRS):
        yield tuple(_text(leaf.text).split(" "))


def _text(term: object) -> str:
    return term.decode(errors="replace") if isinstance(term, bytes) else str(term)
