"""Decides which words and conditions of a query a text contains. The pages use this to show what a hit does not have,
and why a document was not found.

The argument `folded` comes from `QueryDiagnosis.folded`. It maps words of the query to True where diacritics are
ignored. For other words they are ignored if the query has no diacritics at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from indexer.analysis import windows
from indexer.query import tree
from indexer.query.tree import (
    All,
    AnyOf,
    Expandable,
    Near,
    Node,
    Phrase,
    Prefix,
    Similar,
    Wildcard,
    Without,
    Word,
    prefix,
    wildcard,
)
from indexer.types import UnderstoodQuery
from legaltext.text import clean, fold, forms, tokens

_Forms = tuple[str, str]
_NOTHING: Mapping[str, bool] = {}


@dataclass(frozen=True)
class TextWords:
    """The syllables of several texts. `runs` has one tuple per text, with its syllables as (normalised, without
    diacritics). `words` are all normalised syllables. `folds` are all syllables without diacritics."""

    runs: tuple[tuple[_Forms, ...], ...]
    words: frozenset[str] = field(init=False)
    folds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        pairs = [pair for run in self.runs for pair in run]
        object.__setattr__(self, "words", frozenset(word for word, _ in pairs))
        object.__setattr__(self, "folds", frozenset(bare for _, bare in pairs))


@dataclass(frozen=True)
class _Asked:
    """How the words of a query match. `folded` maps words to True where diacritics are ignored. For other words they are
    ignored if `marked` is False, that is in a query without diacritics."""

    folded: Mapping[str, bool]
    marked: bool

    def free(self, word: str) -> bool:
        """Whether the diacritics of `word`, a word of the query, are ignored."""
        return self.folded.get(word, not self.marked)

    def matches(self, word: str, found: _Forms) -> bool:
        """Whether the syllable `found` of a text matches the word `word` of the query."""
        return fold(word) == found[1] if self.free(word) else word == found[0]


def held(texts: Iterable[str]) -> TextWords:
    """Cut `texts` into syllables, in the form that `lacking` and `unmet` take."""
    return TextWords(tuple(tuple(forms(token) for token in tokens(clean(text))) for text in texts))


def lacking(query: UnderstoodQuery, there: TextWords, folded: Mapping[str, bool] = _NOTHING) -> tuple[str, ...]:
    """Return the words of `query` that the texts `there` do not contain, in order; () for none. A text may also contain
    another name of a word, such as the full name of an abbreviation. Excluded words are not looked for. `folded` maps
    words to True where diacritics are ignored."""
    asked = _Asked(folded, query.marked)
    otherwise = {
        word
        for one in query.alternatives
        if any(_has_phrase(one.other, run, asked) for run in there.runs)
        for word in one.asked
    }
    return tuple(word for word in query.words if not _has_word(word, there, asked) and word not in otherwise)


def unmet(query: UnderstoodQuery, there: TextWords, folded: Mapping[str, bool] = _NOTHING) -> tuple[Node, ...]:
    """Return the conditions of `query` that the texts `there` do not meet; () where they meet all. Conditions are all
    parts of a query but plain words, such as phrases, OR and exclusions. `folded` maps words to True where diacritics
    are ignored."""
    asked = _Asked(folded, query.marked)
    return tuple(node for node in demands(query) if not _holds(node, there, asked))


def demands(query: UnderstoodQuery) -> tuple[Node, ...]:
    """Return the conditions of `query` as separate nodes, each of which must be met; () for a query without
    conditions."""
    return tree.demands(query.strict)


def excluded(node: Node) -> Node | None:
    """Return the node that the condition `node` excludes; None where `node` is no exclusion."""
    return node.node if isinstance(node, Without) else None


def _holds(node: Node, there: TextWords, asked: _Asked) -> bool:
    match node:
        case Word(text):
            return _has_word(text, there, asked)
        case Phrase(words):
            return any(_has_phrase(words, run, asked) for run in there.runs)
        case Near():
            return any(_has_near(node, run, asked) for run in there.runs)
        case Prefix() | Wildcard() | Similar():
            test = tree.word_test(node, asked.marked)
            return any(map(test.fits, there.words if test.toned else there.folds))
        case All(nodes):
            return all(_holds(one, there, asked) for one in nodes)
        case AnyOf(nodes):
            return any(_holds(one, there, asked) for one in nodes)
        case Without(inner):
            return not _holds(inner, there, asked)


def said(node: Node) -> str:
    """Write the condition `node` as a person would type it in a query, without boosts."""
    match node:
        case All(nodes):
            # A word after an exclusion could be read as a part of it ("-dân chủ"), so exclusions come last.
            return " ".join(map(said, sorted(nodes, key=lambda one: isinstance(one, Without))))
        case AnyOf((Prefix(text), *_)) if node == prefix(text):
            return f"{text}*"
        case AnyOf((Wildcard(text), *_)) if node == wildcard(text):
            return text
        case AnyOf(nodes):
            return f"({' OR '.join(map(said, nodes))})"
        case Without(All() | Without() as inner):
            return f"-({said(inner)})"
        case Without(inner):
            return f"-{said(inner)}"
        case _:
            return _leaf_said(node)


def _leaf_said(node: Word | Phrase | Near | Expandable) -> str:
    match node:
        case Word(text) | Wildcard(text):
            return text
        case Phrase(words):
            return f'"{" ".join(words)}"'
        case Near(words, distance, ordered=ordered):
            return f'"{" ".join(words)}"~{">" * ordered}{distance}'
        case Prefix(text):
            return f"{text}*"
        case Similar(text, edits):
            return f"{text}~{edits}"


def _has_word(word: str, there: TextWords, asked: _Asked) -> bool:
    return fold(word) in there.folds if asked.free(word) else word in there.words


def _has_phrase(words: tuple[str, ...], run: tuple[_Forms, ...], asked: _Asked) -> bool:
    return any(
        all(asked.matches(word, found) for word, found in zip(words, run[start:], strict=False))
        for start in range(len(run) - len(words) + 1)
    )


def _has_near(node: Near, run: tuple[_Forms, ...], asked: _Asked) -> bool:
    words = [(fold(word), True) if asked.free(word) else (word, False) for word in node.different]
    return bool(windows.near_words(run, words, node.reach, node.ordered).any())
