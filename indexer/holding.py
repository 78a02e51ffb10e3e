"""Which parts of a question a text holds: to say of a hit what it lacks, and of a document why it is no hit.

Works on any text, without an index. A syllable typed with diacritics must stand there so; one typed without them may
stand there with any.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.query import All, AnyOf, Node, Phrase, Prefix, Query, Without, Word
from indexer.syntax import prefix
from indexer.text import clean, forms, has_marks, tokens

_Forms = tuple[str, str]


@dataclass(frozen=True)
class Held:
    """The syllables of texts, each as (with tones, folded); a phrase lies within one of the texts."""

    runs: tuple[tuple[_Forms, ...], ...]
    spellings: frozenset[str]


def held(texts: Iterable[str]) -> Held:
    """What these texts hold together."""
    runs = tuple(tuple(forms(token) for token in tokens(clean(text))) for text in texts)
    return Held(runs, frozenset(form for run in runs for pair in run for form in pair))


def lacking(query: Query, there: Held) -> tuple[str, ...]:
    """The words of the question that occur neither so nor in another spelling, in order; those that must not occur
    are not asked for."""
    otherwise = {
        word
        for one in query.alternatives
        if any(_has_phrase(one.other, run) for run in there.runs)
        for word in one.asked
    }
    return tuple(word for word in query.words if not _has_word(word, there) and word not in otherwise)


def unmet(query: Query, there: Held) -> tuple[Node, ...]:
    """The conditions of the question (phrases, OR, prefixes, exclusions) that do not hold."""
    if query.strict is None:
        return ()
    demands = query.strict.nodes if isinstance(query.strict, All) else (query.strict,)
    return tuple(node for node in demands if not holds(node, there))


def holds(node: Node, there: Held) -> bool:
    """Whether a condition is met."""
    match node:
        case Word(text):
            return _has_word(text, there)
        case Phrase(words):
            return any(_has_phrase(words, run) for run in there.runs)
        case Prefix(text):
            return any(form.startswith(text) for form in there.spellings)
        case All(nodes):
            return all(holds(one, there) for one in nodes)
        case AnyOf(nodes):
            return any(holds(one, there) for one in nodes)
        case Without(inner):
            return not holds(inner, there)


def said(node: Node) -> str:
    """A condition as one types it."""
    match node:
        case Word(text):
            return text
        case Phrase(words):
            return f'"{" ".join(words)}"'
        case Prefix(text):
            return f"{text}*"
        case All(nodes):
            return " ".join(map(said, nodes))
        case AnyOf((Prefix(text), *_)) if node == prefix(text):
            return f"{text}*"
        case AnyOf(nodes):
            return f"({' OR '.join(map(said, nodes))})"
        case Without(inner):
            return f"-{said(inner)}"


def _has_word(word: str, there: Held) -> bool:
    # A folded form without diacritics is among the spellings too, but an asked word with diacritics never equals one.
    return word in there.spellings


def _is(word: str, found: _Forms) -> bool:
    return word == found[0] or (not has_marks(word) and word == found[1])


def _has_phrase(words: tuple[str, ...], run: tuple[_Forms, ...]) -> bool:
    return any(
        all(_is(word, found) for word, found in zip(words, run[start:], strict=False))
        for start in range(len(run) - len(words) + 1)
    )
