"""A document number asked for, and which documents it fits.

Decides what of a symbol may be left out, cut or glued. How a question is read is decided in `numbers` and `numbers_in_prose`.
"""

from indexer.types import NumberQuery
from legaltext.doctypes import RANKS_OF_TYPES, TYPE_ABBREVIATIONS
from legaltext.issuers import spelled_out
from legaltext.numbers import NumberParts

# An official letter has no type in its symbol, yet some are printed with this, and people say it.
LETTER, LETTER_SAID = "cong van", "CV"


def _runs(symbol: tuple[str, ...]) -> set[str]:
    """The pieces of a symbol and neighbours among them glued: "TT-BGD&ĐT" has BGD and BGDDT."""
    count = len(symbol)
    glued = ("".join(symbol[start:end]) for start in range(count) for end in range(start + 1, count + 1))
    return set(map(spelled_out, glued))


def _bears(piece: str, parts: NumberParts) -> bool:
    """Whether one of a number's pieces begins with a typed one."""
    least = 2 if piece == "QH" else 3
    return len(piece) >= least and any(part.startswith(piece) for part in parts.symbol)


def _bears_all(pieces: tuple[str, ...], parts: NumberParts, own_type: str | None) -> bool:
    """Whether each typed piece of a symbol is one of a number's, several of either glued, the beginning of one, or the
    type itself."""
    held, start = _runs(parts.symbol), 0
    while start < len(pieces):
        ends = range(len(pieces), start, -1)
        end = next((end for end in ends if spelled_out("".join(pieces[start:end])) in held), 0)
        if not end and pieces[start] != own_type and not _bears(pieces[start], parts):
            return False
        start = end or start + 1
    return True


def number_matches(query: NumberQuery, parts: NumberParts, year: int | None, type_name: str) -> bool:
    """Whether a document (its number taken apart, its year, its folded type name) is the one asked for."""
    if query.no != parts.no:
        return False
    if query.year is not None and query.year not in (parts.year, None if parts.year else year):
        return False
    letter = query.type_name == LETTER and LETTER_SAID in parts.symbol
    if query.type_name and query.type_name not in type_name and not letter:
        return False
    # Resolutions of the assembly have no NQ in their number either.
    own_type = LETTER_SAID if type_name == LETTER else TYPE_ABBREVIATIONS.get(type_name)
    return _bears_all(query.symbol, parts, own_type)


def likelihood(
    query: NumberQuery, parts: NumberParts, type_name: str, in_force: bool, issued: int
) -> tuple[bool, bool, bool, int, int]:
    """Key of one of several documents that a number fits, greater for the more probable one.

    What its symbol says in full or in its first place counts first, then whether it is in force, how high its
    type stands, and how new it is (`issued`: days, or a year).
    """
    said, own = "".join(query.symbol), "".join(parts.symbol)
    opens = not query.symbol or bool(parts.symbol) and parts.symbol[0] == query.symbol[0]
    return said == own, opens, in_force, RANKS_OF_TYPES.get(type_name, 0), issued
