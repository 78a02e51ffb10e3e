"""The tree of a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from legaltext.text import syllables


@dataclass(frozen=True)
class Word:
    """A syllable that must occur."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Syllables that must stand side by side."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Prefix:
    """A syllable that begins so must occur."""

    text: str


@dataclass(frozen=True)
class All:
    """Every one of these must hold."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these must hold."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Without:
    """This must not hold."""

    node: Node


Node = Word | Phrase | Prefix | All | AnyOf | Without


def prefix(begun: str) -> Node:
    """A beginning as typed and in the index' spelling: "hoà" may grow into "hoàn", "hòa" cannot."""
    spelled = dict.fromkeys((begun, *syllables(begun)))
    return AnyOf(tuple(map(Prefix, spelled))) if len(spelled) > 1 else Prefix(begun)


def joined(nodes: Sequence[Node]) -> Node:
    """One node that holds where all of these (at least one) do."""
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def demands(strict: Node | None) -> tuple[Node, ...]:
    """The conditions of a question one by one; () without any."""
    return strict.nodes if isinstance(strict, All) else (strict,) if strict is not None else ()


def leaves(node: Node | None) -> Iterator[Node]:
    """The words, phrases and beginnings of a tree; an exclusion is a leaf, and what it excludes is none."""
    if isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from leaves(each)
    elif node is not None:
        yield node


def runs(nodes: Iterable[Node]) -> list[tuple[str, ...]]:
    """The stretches of neighbouring syllables in a tree, without those that must not or only may begin so."""
    found: list[list[str]] = [[]]
    for node in nodes:
        if isinstance(node, Word):
            found[-1].append(node.text)
        elif not isinstance(node, Without):
            found += [*map(list, _inner_runs(node)), []]
    return [tuple(run) for run in found if run]


def _inner_runs(node: Node) -> list[tuple[str, ...]]:
    if isinstance(node, Phrase):
        return [node.words]
    if isinstance(node, All):
        return runs(node.nodes)
    if isinstance(node, AnyOf):
        return [run for side in node.nodes for run in runs([side])]
    return []
