"""Which parts of a question a text holds: to say of a hit what it lacks, and of a document why it is no hit.

Works on any text, without an index. Whether a word answers in any spelling is what the index decided for the question
(`QueryDiagnosis.folded`); of a word that it was not asked about, and without an index, diacritics somewhere in the question
mean that every word stands as it was typed.
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
    """The syllables of texts, each as (with tones, folded); a phrase lies within one of the texts."""

    runs: tuple[tuple[_Forms, ...], ...]
    words: frozenset[str] = field(init=False)
    folds: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        pairs = [pair for run in self.runs for pair in run]
        object.__setattr__(self, "words", frozenset(word for word, _ in pairs))
        object.__setattr__(self, "folds", frozenset(bare for _, bare in pairs))


@dataclass(frozen=True)
class _Asked:
    """How the words of a question are read; see `QueryDiagnosis`."""

    folded: Mapping[str, bool]
    marked: bool

    def free(self, word: str) -> bool:
        """Whether any spelling of a word answers."""
        return self.folded.get(word, not self.marked)

    def matches(self, word: str, found: _Forms) -> bool:
        """Whether a word of a text answers for one of the question."""
        return fold(word) == found[1] if self.free(word) else word == found[0]


def held(texts: Iterable[str]) -> TextWords:
    """What these texts hold together."""
    return TextWords(tuple(tuple(forms(token) for token in tokens(clean(text))) for text in texts))


def lacking(query: UnderstoodQuery, there: TextWords, folded: Mapping[str, bool] = _NOTHING) -> tuple[str, ...]:
    """The words of the question that occur neither so nor in another spelling, in order; those that must not occur
    are not asked for."""
    asked = _Asked(folded, query.marked)
    otherwise = {
        word
        for one in query.alternatives
        if any(_has_phrase(one.other, run, asked) for run in there.runs)
        for word in one.asked
    }
    return tuple(word for word in query.words if not _has_word(word, there, asked) and word not in otherwise)


def unmet(query: UnderstoodQuery, there: TextWords, folded: Mapping[str, bool] = _NOTHING) -> tuple[Node, ...]:
    """The conditions of the question (phrases, words near each other, OR, prefixes, patterns, similar words, exclusions)
    that do not hold."""
    asked = _Asked(folded, query.marked)
    return tuple(node for node in demands(query) if not _holds(node, there, asked))


def demands(query: UnderstoodQuery) -> tuple[Node, ...]:
    """The conditions of the question one by one; () without any."""
    return tree.demands(query.strict)


def excluded(node: Node) -> Node | None:
    """What a condition asks not to be there; None where it asks for something to be there."""
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
    """A condition as one types it, without what it is worth."""
    match node:
        case All(nodes):
            # A word behind an exclusion might be read as part of it ("-dân chủ").
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
        case Near(words, distance):
            return f'"{" ".join(words)}"~{distance}'
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
    return bool(windows.near_words(run, words, node.reach).any())
