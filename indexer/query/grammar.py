"""Parses the tokens of a query into conditions, by the grammar of OR, brackets and exclusions."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from indexer.query.lexer import Token
from indexer.query.tree import AnyOf, Near, Node, Phrase, Similar, Without, Word, joined, prefix, wildcard
from indexer.types import Note

_word = lru_cache(maxsize=4096)(Word)


def alternatives(held: deque[Token], notes: list[Note]) -> list[tuple[Node, ...]]:
    """Parse the tokens `held` up to the closing bracket or the end, and remove them from `held`. Returns one
    tuple for each side of OR: the nodes that must all be met on that side. Without OR there is one tuple. []
    means no nodes at all. Empty sides are left out, and a note is added to `notes`."""
    sides: list[list[Node]] = [[]]
    fields: set[int] = set()
    while held:
        token = held.popleft()
        if token.kind == "word":
            sides[-1].extend(_words(token))
        elif token.kind == "close":
            break
        elif token.kind == "or":
            sides.append([])
        elif token.kind == "field":
            fields.add(len(sides) - 1)
        else:
            sides[-1].extend(_nodes(token, held, notes))
    kept = [tuple(side) for side in sides if side]
    if len(sides) > 1 and not all(side or place in fields for place, side in enumerate(sides)):
        notes.append(Note("stray_or"))
    return kept


def _nodes(token: Token, held: deque[Token], notes: list[Note]) -> tuple[Node, ...]:
    if token.kind == "phrase":
        return (_phrase(token),) if token.said else ()
    if token.kind == "prefix":
        return (*map(Word, token.said[:-1]), prefix(token.said[-1]))
    if token.kind == "wildcard":
        return (wildcard(token.said[0]),)
    if token.kind == "similar":
        return (Similar(token.said[0], token.most),)
    if token.kind == "open":
        sides = alternatives(held, notes)
        return sides[0] if len(sides) == 1 else (AnyOf(tuple(map(joined, sides))),) if sides else ()
    if token.kind in ("not", "skip"):
        unwanted = _operand(held, notes)
        return (Without(unwanted),) if unwanted and token.kind == "not" else ()
    return _words(token)


def _words(token: Token) -> tuple[Word, ...]:
    if token.asking:
        return tuple(Word(text, asking=asking) for text, asking in zip(token.said, token.asking, strict=True))
    return tuple(map(_word, token.said) if token.boost == 1 else (Word(text, token.boost) for text in token.said))


def _phrase(token: Token) -> Node:
    if not token.most:
        return Phrase(token.said, token.boost)
    near = Near(token.said, token.most, token.boost, token.ordered)
    # One word near itself: one place is enough.
    return near if len(near.different) > 1 else Phrase(near.different, token.boost)


def _operand(held: deque[Token], notes: list[Note]) -> Node | None:
    if not held or held[0].kind in ("close", "or"):
        return None
    token = held.popleft()
    if token.kind == "word" and len(token.said) > 1:
        return Phrase(token.said)
    found = _nodes(token, held, notes)
    return joined(found) if found else None
