"""The tree of conditions of a query: its nodes, and the words that a node for many words (`Expandable`: prefix, pattern,
similar word) stands for.

Each node is a condition on an entry. A word, a phrase and words near each other may also have a boost, which says how often
they count in ranking; it does not change whether an entry meets the condition. Expandable nodes do not count in ranking, so
they have no boost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.analysis.patterns import Begins, Fits, Resembles, WordTest
from legaltext.text import fold, has_marks, place_tones, syllables


@dataclass(frozen=True)
class Word:
    """The condition that the syllable `text` must occur. `boost` is how often it counts in ranking."""

    text: str
    boost: float = 1


@dataclass(frozen=True)
class Phrase:
    """The condition that the syllables `words` must occur side by side. `boost` is how often they count in ranking."""

    words: tuple[str, ...]
    boost: float = 1


@dataclass(frozen=True)
class Near:
    """Syllables that must stand near each other, in any order: the first and the last of them are at most `distance`
    positions apart, within one text (or title, or label) of an entry, as the words of a phrase are. A distance that has no
    room for all of them means that they stand side by side in any order.

    `ordered` words must also come in the order typed. `match.boolean` finds them in any order; which of its entries have them
    in order is decided by Whoosh's matcher (`trees.given.demanded`).
    """

    words: tuple[str, ...]
    distance: int
    boost: float = 1
    ordered: bool = False

    @property
    def different(self) -> tuple[str, ...]:
        """The syllables, each once: one place in a text is enough for one that was asked twice."""
        return tuple(dict.fromkeys(self.words))

    @property
    def reach(self) -> int:
        """How far apart the first and the last may be."""
        return max(self.distance, len(self.different) - 1)


@dataclass(frozen=True)
class Prefix:
    """The condition that a syllable must occur that begins with `text`."""

    text: str


@dataclass(frozen=True)
class Wildcard:
    """The condition that a syllable must occur that fits the pattern `text`: `*` is any number of characters, `?` is exactly
    one."""

    text: str


@dataclass(frozen=True)
class Similar:
    """The condition that a syllable must occur that is at most `edits` edits away from `text`; `text` itself counts too.
    `patterns.Resembles` explains edits. Where `text` is meant with its diacritics, another tone or hat is one edit. Where
    any spelling matches, words are compared without diacritics, so these cost nothing."""

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
    """Make the condition that a syllable begins with `begun`, a prefix as typed. Where the index spells the prefix in
    another way, either spelling may match: "hoà" may be the beginning of "hoàn", but the index writes the word "hoà" as
    "hòa"."""
    spelled = dict.fromkeys((begun, *syllables(begun)))
    return AnyOf(tuple(map(Prefix, spelled))) if len(spelled) > 1 else Prefix(begun)


def wildcard(pattern: str) -> Node:
    """Make the condition that a syllable fits `pattern`, a pattern as typed. Where the index puts a tone on another vowel
    than the pattern, either spelling may match: "t*uỷ" also matches "thủy"."""
    spelled = dict.fromkeys((pattern, place_tones(pattern)))
    return AnyOf(tuple(map(Wildcard, spelled))) if len(spelled) > 1 else Wildcard(pattern)


def is_toned(text: str, marked: bool) -> bool:
    """Whether `text`, a prefix, a pattern or a similar word, is meant with its diacritics. It is if it has some, and the
    query has diacritics (`marked`). Otherwise it stands for words in any spelling."""
    return marked and has_marks(text)


def word_test(node: Expandable, marked: bool) -> WordTest:
    """Make the test that words must pass to match `node`. `marked` says whether the query has diacritics."""
    toned = is_toned(node.text, marked)
    text = node.text if toned else fold(node.text)
    if isinstance(node, Similar):
        return Resembles(text, toned, node.edits)
    return Begins(text, toned) if isinstance(node, Prefix) else Fits(text, toned)


def in_any_order(node: Node) -> Node:
    """The same node with every `Near` in it in any order."""
    if isinstance(node, Near):
        return replace(node, ordered=False)
    if isinstance(node, All | AnyOf):
        return type(node)(tuple(map(in_any_order, node.nodes)))
    return Without(in_any_order(node.node)) if isinstance(node, Without) else node


def ordered(strict: Node | None) -> Iterator[Near]:
    """The words near each other that must also come in the order typed, which only a condition of the whole query asks."""
    return (node for node in demands(strict) if isinstance(node, Near) and node.ordered)


def joined(nodes: Sequence[Node]) -> Node:
    """Make one node that is met where all of `nodes` (at least one) are met."""
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def demands(strict: Node | None) -> tuple[Node, ...]:
    """The conditions of a query as separate nodes; () where `strict` is None."""
    return strict.nodes if isinstance(strict, All) else (strict,) if strict is not None else ()


def leaves(node: Node | None) -> Iterator[Node]:
    """Yield the nodes of the tree `node` that have no node below them, such as words and phrases; nothing for None. An
    exclusion is yielded as a whole, without the nodes that it excludes."""
    if isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from leaves(each)
    elif node is not None:
        yield node


def runs(nodes: Iterable[Node]) -> list[tuple[Word, ...]]:
    """The runs of neighbouring syllables in `nodes` that count in ranking. Excluded syllables, and nodes that stand for many
    words, are left out."""
    found: list[list[Word]] = [[]]
    for node in nodes:
        if isinstance(node, Word):
            found[-1].append(node)
        elif not isinstance(node, Without):
            found += [*map(list, _inner_runs(node)), []]
    return [tuple(run) for run in found if run]


def _inner_runs(node: Node) -> list[tuple[Word, ...]]:
    if isinstance(node, Phrase | Near):
        return [tuple(Word(word, node.boost) for word in node.words)]
    if isinstance(node, All):
        return runs(node.nodes)
    if isinstance(node, AnyOf):
        return [run for side in node.nodes for run in runs([side])]
    return []
