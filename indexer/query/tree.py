"""The tree of conditions of a query. Each node is a condition on an entry.

This module decides which words a prefix, a pattern or a similar word (`Expandable`) matches. The boost of a node says how
often its words count in ranking. It does not change which entries meet the condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from indexer.analysis.patterns import Begins, Fits, Resembles, WordTest
from legaltext.text import fold, has_marks, place_tones, syllables


@dataclass(frozen=True)
class Word:
    """The condition that the syllable `text` must occur. `boost` is how often it counts in ranking. A word that is `asking`
    only asks, as in "bao lâu". It need not occur."""

    text: str
    boost: float = 1
    asking: bool = False


@dataclass(frozen=True)
class Phrase:
    """The condition that the syllables `words` must occur side by side. `boost` is how often they count in ranking."""

    words: tuple[str, ...]
    boost: float = 1


@dataclass(frozen=True)
class Near:
    """The condition that the syllables `words` are near each other, within one field of an entry. The first and the last are
    at most `distance` positions apart. If all syllables need more room, they must be side by side. `boost` is how often they
    count in ranking.

    With `ordered` True they must also come in the order typed. `match.boolean` ignores this; Whoosh's matcher checks it
    later."""

    words: tuple[str, ...]
    distance: int
    boost: float = 1
    ordered: bool = False

    @property
    def different(self) -> tuple[str, ...]:
        """The distinct syllables of `words`. A syllable that was typed twice need not occur twice."""
        return tuple(dict.fromkeys(self.words))

    @property
    def reach(self) -> int:
        """How many positions the first and the last syllable may be apart: `distance`, or more where the syllables need more
        room."""
        return max(self.distance, len(self.different) - 1)


@dataclass(frozen=True)
class Prefix:
    """The condition that an entry must contain a syllable that begins with `text`."""

    text: str


@dataclass(frozen=True)
class Wildcard:
    """The condition that an entry must contain a syllable that the pattern `text` matches: `*` is any number of characters,
    `?` is exactly one."""

    text: str


@dataclass(frozen=True)
class Similar:
    """The condition that an entry contains a syllable at most `edits` edits away from `text`. One edit adds, leaves out or
    replaces one character. Another diacritic is an edit only where diacritics count (see `is_toned`)."""

    text: str
    edits: int


@dataclass(frozen=True)
class All:
    """The condition that all of `nodes` must be met."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """The condition that at least one of `nodes` must be met."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Without:
    """The condition that `node` must not be met."""

    node: Node


# Nodes for which several words of the index may answer.
Expandable = Prefix | Wildcard | Similar
Node = Word | Phrase | Near | Expandable | All | AnyOf | Without


def prefix(begun: str) -> Node:
    """Make the condition that an entry contains a syllable that begins with `begun`, as it was typed. "hoà" finds "hoàn" and
    also "hòa", which is how the index writes the word "hoà"."""
    spelled = dict.fromkeys((begun, *syllables(begun)))
    return AnyOf(tuple(map(Prefix, spelled))) if len(spelled) > 1 else Prefix(begun)


def wildcard(pattern: str) -> Node:
    """Make the condition that an entry contains a syllable that `pattern`, as it was typed, matches. "t*uỷ" also matches
    "thủy", where the index puts the tone on another vowel."""
    spelled = dict.fromkeys((pattern, place_tones(pattern)))
    return AnyOf(tuple(map(Wildcard, spelled))) if len(spelled) > 1 else Wildcard(pattern)


def is_toned(text: str, marked: bool) -> bool:
    """Whether the prefix, pattern or similar word `text` matches only words with the same diacritics. This is True if both
    `text` and the query (`marked`) have diacritics. Otherwise diacritics are ignored."""
    return marked and has_marks(text)


def word_test(node: Expandable, marked: bool) -> WordTest:
    """Make the test that words must pass to match `node`. `marked` says whether the query has diacritics."""
    toned = is_toned(node.text, marked)
    text = node.text if toned else fold(node.text)
    if isinstance(node, Similar):
        return Resembles(text, toned, node.edits)
    return Begins(text, toned) if isinstance(node, Prefix) else Fits(text, toned)


def in_any_order(node: Node) -> Node:
    """Return a copy of `node` in which the words of every `Near` may come in any order."""
    if isinstance(node, Near):
        return replace(node, ordered=False)
    if isinstance(node, All | AnyOf):
        return type(node)(tuple(map(in_any_order, node.nodes)))
    return Without(in_any_order(node.node)) if isinstance(node, Without) else node


def ordered(strict: Node | None) -> Iterator[Near]:
    """Yield the `Near` conditions in `strict` whose words must come in the order typed; nothing where `strict` is None."""
    return (node for node in demands(strict) if isinstance(node, Near) and node.ordered)


def joined(nodes: Sequence[Node]) -> Node:
    """Make one node that is met where all of `nodes` (at least one) are met."""
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def demands(strict: Node | None) -> tuple[Node, ...]:
    """The conditions of a query as separate nodes; () where `strict` is None."""
    return strict.nodes if isinstance(strict, All) else (strict,) if strict is not None else ()


def leaves(node: Node | None) -> Iterator[Node]:
    """Yield the nodes of the tree `node` that contain no other nodes, such as words and phrases; nothing for None. An
    exclusion is yielded as a whole."""
    if isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from leaves(each)
    elif node is not None:
        yield node


def runs(nodes: Iterable[Node]) -> list[tuple[Word, ...]]:
    """Collect the words in `nodes` that count in ranking, as tuples of words that were typed side by side. Excluded words,
    prefixes, patterns and similar words are left out."""
    found: list[list[Word]] = [[]]
    for node in nodes:
        if isinstance(node, Word):
            found[-1].append(node)
        elif not isinstance(node, Without):
            found += [*map(list, _inner_runs(node)), []]
    return [tuple(run) for run in found if run]


def texts(runs: Iterable[tuple[Word, ...]]) -> tuple[tuple[str, ...], ...]:
    """The syllables of `runs`, which are stretches of neighbouring words."""
    return tuple(tuple(word.text for word in run) for run in runs)


def plain_runs(nodes: Iterable[Node]) -> list[tuple[str, ...]]:
    """Collect the words in `nodes` that are in no condition, as tuples of syllables that were typed side by side."""
    stretches = groupby(nodes, lambda node: isinstance(node, Word))
    return [tuple(node.text for node in some if isinstance(node, Word)) for plain, some in stretches if plain]


def _inner_runs(node: Node) -> list[tuple[Word, ...]]:
    if isinstance(node, Phrase | Near):
        return [tuple(Word(word, node.boost) for word in node.words)]
    if isinstance(node, All):
        return runs(node.nodes)
    if isinstance(node, AnyOf):
        return [run for side in node.nodes for run in runs([side])]
    return []
