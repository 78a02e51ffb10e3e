"""Cuts a query into parts that can be removed from it one by one: words, phrases, fields, exclusions and brackets.

This module decides which lexemes belong together in a part. Each part is the text that was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.query.field_names import whole_names
from indexer.query.fields import Conditions, take
from indexer.query.lexer import Lexeme, pieces
from legaltext.text import clean, fold, syllables

# The most pieces of a field with its value, which is a list of some fifteen years. A longer field is cut into several
# parts, because the pieces are parsed again for each length.
_LONGEST = 16
Kind = Literal["word", "phrase", "field", "or", "group"]


@dataclass(frozen=True)
class QueryPart:
    """A part of a query that can only be removed as a whole. `pieces` are its lexemes. `kind` says what the part is;
    exclusions and brackets have the kind "group"."""

    kind: Kind
    pieces: tuple[Lexeme, ...]

    @property
    def text(self) -> str:
        """The text of the part, in the form in which people type it."""
        return _spelled(self.pieces, self.kind == "field")

    @property
    def shown(self) -> str:
        """The text of the part as a page shows it: without the comma that separates the part from the next one."""
        return self.text.rstrip(",;")

    @property
    def excludes(self) -> bool:
        """Whether the part contains a minus."""
        return any(piece.kind == "not" for piece in self.pieces)


def split(question: str) -> list[QueryPart]:
    """Divide the typed query `question` into parts, in their order. A quote that is not closed is left out."""
    found, parts, place = pieces(clean(question), []), [], 0
    while place < len(found):
        part = _field(found, place) or _other(found, place)
        place += len(part.pieces)
        if any(piece.kind in ("word", "phrase", "or") for piece in part.pieces):
            parts.append(part)
    return parts


def _field(found: Sequence[Lexeme], place: int) -> QueryPart | None:
    """Return the field that begins at the lexeme number `place` of `found` as one part; None for no field. An unknown
    field ("lĩnh vực:đất") becomes a part of kind "word"."""
    for end in range(min(len(found), place + _LONGEST), place, -1):
        held = tuple(found[place:end])
        if not any(":" in piece.text for piece in held):
            return None
        if take(list(held), [])[0] == [Lexeme("field")]:
            return QueryPart("field", held)
        if all(piece.kind == "word" for piece in held) and len(whole_names([piece.text for piece in held])) == 1:
            return QueryPart("word", held)
    return None


def _other(found: Sequence[Lexeme], place: int) -> QueryPart:
    kind, end = found[place].kind, _end(found, place)
    kinds: dict[str, Kind] = {"word": "word", "phrase": "phrase", "or": "or"}
    return QueryPart(kinds.get(kind, "group"), tuple(found[place:end]))


def _end(found: Sequence[Lexeme], place: int) -> int:
    """Find the position after the part that begins at the lexeme number `place` of `found`. A minus belongs to the
    part that it excludes, and a bracket reaches up to where it is closed."""
    while place < len(found) - 1 and found[place].kind == "not":
        place += 1
    if found[place].kind != "open":
        return place + 1
    depth = 0
    for end in range(place, len(found)):
        depth += (found[end].kind == "open") - (found[end].kind == "close")
        if not depth:
            return end + 1
    return len(found)


def _spelled(held: Iterable[Lexeme], glued: bool) -> str:
    """Return the lexemes `held` as text in the form in which people type them, with every bracket closed. With
    `glued` True there is no space around a colon or before a comma."""
    said, before = "", Lexeme("open")
    for piece in held:
        close = before.kind == "open" or (before.kind, before.text) == ("not", "-") or piece.kind == "close"
        close = close or (glued and before.kind == "word" and before.text.endswith(":"))
        close = close or (glued and piece.kind == "word" and piece.text.startswith((":", ",", ";")))
        said += ("" if close else " ") + (f'"{piece.text}"{piece.glued}' if piece.kind == "phrase" else piece.text)
        before = piece
    kinds = [piece.kind for piece in held]
    return said + ")" * (kinds.count("open") - kinds.count("close"))


def joined(parts: Iterable[QueryPart]) -> str:
    """Write the query that `parts` form, as text. An OR that has no part on one side is left out."""
    kept: list[QueryPart] = []
    for part in parts:
        if part.kind != "or" or (kept and kept[-1].kind != "or"):
            kept.append(part)
    if kept and kept[-1].kind == "or":
        kept.pop()
    return " ".join(part.text for part in kept)


def without(parts: Sequence[QueryPart], gone: QueryPart) -> list[QueryPart]:
    """Return all of `parts` that are not equal to `gone`."""
    return [part for part in parts if part != gone]


def conditions(parts: Iterable[QueryPart]) -> Conditions:
    """Read the conditions that the fields among `parts` set."""
    return take([piece for part in parts for piece in part.pieces], [])[1]


def in_force(parts: Sequence[QueryPart]) -> list[QueryPart]:
    """Return the fields among `parts` that have an effect on the conditions. Excluded and invalid fields have none. A
    field that a later one repeats or overrides has none either."""
    held = conditions(parts)
    fields = dict.fromkeys(part for part in parts if part.kind == "field")
    return [part for part in fields if conditions(without(parts, part)) != held]


def required(parts: Sequence[QueryPart]) -> list[QueryPart]:
    """Choose the parts whose removal may make the query find more; fields are left out. In "a OR b c" they are b and c:
    without a, one side of the OR would be gone."""
    sides: list[list[QueryPart]] = [[]]
    for part in parts:
        if part.kind == "or":
            sides.append([])
        elif part.kind != "field":
            sides[-1].append(part)
    return list(dict.fromkeys(part for side in sides if len(sides) == 1 or len(side) > 1 for part in side))


def loosened(parts: Iterable[QueryPart]) -> list[QueryPart]:
    """Return `parts` with each phrase replaced by its words. Exclusions and fields stay as they are."""

    def one_by_one(piece: Lexeme) -> list[Lexeme]:
        alone = piece.kind == "phrase" and len(syllables(piece.text)) > 1
        return [Lexeme("word", word) for word in piece.text.split()] if alone else [piece]

    return _changed(parts, lambda part: not part.excludes, one_by_one)


def bare(parts: Iterable[QueryPart]) -> list[QueryPart]:
    """Return `parts` with all diacritics removed. Fields stay as they are."""

    def folded(piece: Lexeme) -> list[Lexeme]:
        return [Lexeme(piece.kind, "OR" if piece.kind == "or" else fold(piece.text), piece.glued)]

    return _changed(parts, lambda part: True, lambda piece: [piece] if piece.kind == "not" else folded(piece))


def has_marks(parts: Iterable[QueryPart]) -> bool:
    """Whether any of `parts` that must occur has a diacritic. Fields and exclusions are ignored."""
    looked_for = [part.text for part in parts if part.kind not in ("field", "or") and not part.excludes]
    return any(fold(text) != clean(text).casefold() for text in looked_for)


def _changed(
    parts: Iterable[QueryPart], meant: Callable[[QueryPart], bool], change: Callable[[Lexeme], list[Lexeme]]
) -> list[QueryPart]:
    return [
        QueryPart(part.kind, tuple(new for piece in part.pieces for new in change(piece)))
        if part.kind != "field" and meant(part)
        else part
        for part in parts
    ]
