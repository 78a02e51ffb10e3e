"""A question cut into what can be left out of it: words, phrases, conditions, exclusions and brackets, each as typed.

Decides what belongs together, by the grammar of the search box (`lexer`) and its fields (`fields`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from indexer.query.field_names import whole_names
from indexer.query.fields import Conditions, take
from indexer.query.lexer import Lexeme, pieces
from legaltext.text import clean, fold, syllables

# A field's name with its value, a list of some fifteen years: a longer one falls apart in what can be left out, as it is
# read anew with each piece more.
_LONGEST = 16
Kind = Literal["word", "phrase", "field", "or", "group"]


@dataclass(frozen=True)
class QueryPart:
    """Pieces that stand and fall together; a `group` is an exclusion or a bracket."""

    kind: Kind
    pieces: tuple[Lexeme, ...]

    @property
    def text(self) -> str:
        """The part as one types it."""
        return _spelled(self.pieces, self.kind == "field")

    @property
    def shown(self) -> str:
        """The part as a page names it: a comma behind it parts it from the next one."""
        return self.text.rstrip(",;")

    @property
    def excludes(self) -> bool:
        """Whether a minus stands in it."""
        return any(piece.kind == "not" for piece in self.pieces)


def split(question: str) -> list[QueryPart]:
    """The parts in their order; what is no part of the language (a quote without its end) is left out."""
    found, parts, place = pieces(clean(question), []), [], 0
    while place < len(found):
        part = _field(found, place) or _other(found, place)
        place += len(part.pieces)
        if any(piece.kind in ("word", "phrase", "or") for piece in part.pieces):
            parts.append(part)
    return parts


def _field(found: Sequence[Lexeme], place: int) -> QueryPart | None:
    """The named field that begins here with its value; one that there is not ("lĩnh vực:đất") counts as a word."""
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
    """Where a part ends: a minus goes with what it excludes, a bracket to where it closes."""
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
    """Pieces as one types them, every bracket closed; `glued`: without a blank around a colon or before a comma."""
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
    """The question that these parts make, without an OR that has no side."""
    kept: list[QueryPart] = []
    for part in parts:
        if part.kind != "or" or (kept and kept[-1].kind != "or"):
            kept.append(part)
    if kept and kept[-1].kind == "or":
        kept.pop()
    return " ".join(part.text for part in kept)


def without(parts: Sequence[QueryPart], gone: QueryPart) -> list[QueryPart]:
    """The parts less one, wherever it stands."""
    return [part for part in parts if part != gone]


def conditions(parts: Iterable[QueryPart]) -> Conditions:
    """What the fields among these parts ask for."""
    return take([piece for part in parts for piece in part.pieces], [])[1]


def in_force(parts: Sequence[QueryPart]) -> list[QueryPart]:
    """The fields that narrow the search: none that is excluded, makes no sense, or is said again later."""
    held = conditions(parts)
    fields = dict.fromkeys(part for part in parts if part.kind == "field")
    return [part for part in fields if conditions(without(parts, part)) != held]


def required(parts: Sequence[QueryPart]) -> list[QueryPart]:
    """The words, phrases, exclusions and brackets without which more can be found: no side of an OR as a whole."""
    sides: list[list[QueryPart]] = [[]]
    for part in parts:
        if part.kind == "or":
            sides.append([])
        elif part.kind != "field":
            sides[-1].append(part)
    return list(dict.fromkeys(part for side in sides if len(sides) == 1 or len(side) > 1 for part in side))


def loosened(parts: Iterable[QueryPart]) -> list[QueryPart]:
    """The parts with the words of a phrase one by one; what is excluded stays excluded as it was."""

    def one_by_one(piece: Lexeme) -> list[Lexeme]:
        alone = piece.kind == "phrase" and len(syllables(piece.text)) > 1
        return [Lexeme("word", word) for word in piece.text.split()] if alone else [piece]

    return _changed(parts, lambda part: not part.excludes, one_by_one)


def bare(parts: Iterable[QueryPart]) -> list[QueryPart]:
    """The parts without diacritics; conditions stay as they are."""

    def folded(piece: Lexeme) -> list[Lexeme]:
        return [Lexeme(piece.kind, "OR" if piece.kind == "or" else fold(piece.text), piece.glued)]

    return _changed(parts, lambda part: True, lambda piece: [piece] if piece.kind == "not" else folded(piece))


def has_marks(parts: Iterable[QueryPart]) -> bool:
    """Whether a word that is looked for carries a diacritic."""
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
