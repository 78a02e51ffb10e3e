"""Decides whether a document number fits the number in a query.

This module decides which parts of a symbol may be left out, cut or written together.
"""

from indexer.types import NumberQuery
from legaltext.doctypes import RANKS_OF_TYPES, TYPE_ABBREVIATIONS
from legaltext.issuers import spelled_out
from legaltext.numbers import NumberParts

# An official letter ("công văn") has no type in its symbol, but some are printed with CV, and people type it.
LETTER, LETTER_SAID = "cong van", "CV"


def _runs(symbol: tuple[str, ...]) -> set[str]:
    """Return all sequences of neighbouring pieces of `symbol`, each written together as one text. For
    example, "TT-BGD&ĐT" gives both BGD and BGDDT."""
    count = len(symbol)
    glued = ("".join(symbol[start:end]) for start in range(count) for end in range(start + 1, count + 1))
    return set(map(spelled_out, glued))


def _bears(piece: str, parts: NumberParts) -> bool:
    """Whether a piece of the symbol in the document number `parts` begins with `piece`, a piece that was
    typed. `piece` must have three letters at least, or be "QH"."""
    least = 2 if piece == "QH" else 3
    return len(piece) >= least and any(part.startswith(piece) for part in parts.symbol)


def _bears_all(pieces: tuple[str, ...], parts: NumberParts, own_type: str | None) -> bool:
    """Whether the document number `parts` has all of `pieces`, the typed pieces of a symbol. A piece may be
    cut at its end, or written together with the next one ("BGDĐT"). The symbol of the document's type
    (`own_type`, None for none) may always be typed."""
    held, start = _runs(parts.symbol), 0
    while start < len(pieces):
        ends = range(len(pieces), start, -1)
        end = next((end for end in ends if spelled_out("".join(pieces[start:end])) in held), 0)
        if not end and pieces[start] != own_type and not _bears(pieces[start], parts):
            return False
        start = end or start + 1
    return True


def number_matches(query: NumberQuery, parts: NumberParts, year: int | None, type_name: str) -> bool:
    """Whether a document has the number in `query`, which may be incomplete. `parts` are the parts of the
    document's number. `year` is its year of issue (None: unknown), and `type_name` is its type without
    diacritics."""
    if query.no != parts.no:
        return False
    if query.year is not None and query.year not in (parts.year, None if parts.year else year):
        return False
    letter = query.type_name == LETTER and LETTER_SAID in parts.symbol
    if query.type_name and query.type_name not in type_name and not letter:
        return False
    # The numbers of resolutions of the National Assembly have no NQ either.
    own_type = LETTER_SAID if type_name == LETTER else TYPE_ABBREVIATIONS.get(type_name)
    return _bears_all(query.symbol, parts, own_type)


def likelihood(
    query: NumberQuery, parts: NumberParts, type_name: str, in_force: bool, issued: int
) -> tuple[bool, bool, bool, int, int]:
    """Make a sort key for a document that has the number in `query`. A more probable document has a greater
    key. `parts` are the parts of its number, and `type_name` is its type without diacritics. `in_force` is
    False where the document is over. `issued` is an integer, greater for a newer document.

    The key is (whole symbol typed, first piece of the symbol typed, `in_force`, legal rank of the type,
    `issued`)."""
    said, own = "".join(query.symbol), "".join(parts.symbol)
    opens = not query.symbol or bool(parts.symbol) and parts.symbol[0] == query.symbol[0]
    return said == own, opens, in_force, RANKS_OF_TYPES.get(type_name, 0), issued
