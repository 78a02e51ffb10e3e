"""Completes a half-typed document number with the documents that bear it: "45/QĐ", "nghị định 30", "168/2024".

This module decides what counts as the beginning of a document number, and which of its documents come first. All of
them come from documents that the actor may read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Bools, Snapshot
from indexer.match import statuses
from indexer.match.known_items import age, of_figures, read_parts
from indexer.types import Access
from legaltext.dates import today
from legaltext.doctypes import RANKS_OF_TYPES, TYPE_ABBREVIATIONS
from legaltext.numbers import NumberParts, figures, normalise_number
from legaltext.text import fold

_TYPED = re.compile(r"(?P<kind>[^\d/]*?)\s*(?P<digits>\d{1,5})(?P<end>(?!\d).*)", re.DOTALL)
_SIGNS = re.compile(r"[^A-Z0-9]+")
# Words before a number that say nothing of its type.
_ANY = frozenset({"", "so", "van ban", "vb", "van ban so"})
_BY_ABBREVIATION = {short.lower(): name for name, short in TYPE_ABBREVIATIONS.items() if short} | {"cv": "cong van"}
# "thông tư 08" may also mean a joint circular.
_JOINT = " lien tich"
# "luật 45" may also mean a code (bộ luật).
_CODE = "bo "
# A piece of a symbol is found alone from this many letters on: "30 bgd".
_LEAST_PIECE = 3
# This many documents are compared letter by letter. No site has so many with one serial number.
_MOST_COMPARED = 5_000


@dataclass(frozen=True)
class _Begun:
    """The beginning of a document number. `kind` is the type named before it, without diacritics, "" for none. `digits` are
    the digits of the serial number. With `ended` True there are no more of them. `rest` are the letters and digits behind
    them, in capitals and without signs."""

    kind: str
    digits: str
    ended: bool
    rest: str

    def may_be(self, serials: NDArray[np.int32]) -> Bools:
        """Return a mask of `serials`, an array of serial numbers: those that begin with the typed digits."""
        wanted = int(self.digits)
        fits: Bools = serials == wanted
        if not self.ended and wanted and self.digits[0] != "0":
            for more in range(1, 6 - len(self.digits)):
                fits = fits | (serials // 10**more == wanted)
        return fits

    def is_of(self, type_name: str) -> bool:
        """Whether a document with the type `type_name`, without diacritics, may be meant."""
        return not self.kind or type_name in (self.kind, self.kind + _JOINT, _CODE + self.kind)

    def fits(self, parts: NumberParts, year: int) -> bool:
        """Whether the number with the parts `parts` goes on as typed behind its digits. `year` is the year of issue, which
        may be typed where the number has none; 0 where it is unknown."""
        letter = parts.no[-1] if parts.no[-1].isalpha() else ""
        if not self.rest or not self.rest.startswith(letter):
            return not self.rest
        rest, symbol = self.rest[len(letter) :], "".join(parts.symbol)
        dated = str(parts.year or year or "")
        ways = [dated + symbol, dated[2:] + symbol, symbol]
        if any(way.startswith(rest) for way in ways):
            return True
        piece = rest.removeprefix(dated)
        return len(piece) >= _LEAST_PIECE and any(own.startswith(piece) for own in parts.symbol)


def _begun(typed: str) -> _Begun | None:
    """Read `typed`, a half-typed query, as the beginning of a document number. Returns None where it is none."""
    found = _TYPED.fullmatch(typed)
    if found is None:
        return None
    said = " ".join(fold(found["kind"]).split()).rstrip(":.")
    kind = said.removesuffix(" so")
    if kind in _ANY:
        kind = ""
    elif kind not in TYPE_ABBREVIATIONS and (kind := _BY_ABBREVIATION.get(kind, "")) == "":
        return None
    key = normalise_number(f"{found['digits']}{found['end']}")
    behind = key[len(found["digits"].lstrip("0") or "0") :]
    return _Begun(kind, found["digits"], bool(found["end"].strip()), _SIGNS.sub("", behind))


def documents(snapshot: Snapshot, access: Access, typed: str) -> Iterator[tuple[int, str]]:
    """Yield (document id, title) of the documents whose number begins as `typed`, a query that `legaltext.text.clean`
    returned. `access` says which documents the actor may read. Whole serial numbers come first, then documents in force,
    then higher types, then newer documents. Yields nothing where `typed` is no beginning of a number."""
    begun = _begun(typed)
    if begun is None:
        return
    for _, document in sorted(_fitting(snapshot, access, begun), reverse=True):
        yield int(snapshot.documents[document]), snapshot.row(int(snapshot.first_entry[document])).doc_title


def _fitting(
    snapshot: Snapshot, access: Access, begun: _Begun
) -> Iterator[tuple[tuple[bool, bool, int, int, int], int]]:  # fmt: skip
    """Yield (sort key, position) of the readable documents whose number begins as `begun`."""
    numbers, types = snapshot.names_of_documents("number"), snapshot.names_of_documents("type")
    over = statuses.over(snapshot, today())
    among = np.flatnonzero(of_figures(snapshot, begun.may_be) & snapshot.readable(access).documents)
    for document in among[:_MOST_COMPARED].tolist():
        type_name = fold(types.values[types.codes[document]])
        parts = read_parts(numbers.values[numbers.codes[document]]) if begun.is_of(type_name) else None
        if parts and begun.fits(parts, int(snapshot.years[document])):
            whole = figures(parts.no) == int(begun.digits)
            rank = RANKS_OF_TYPES.get(type_name, 0)
            newness, number = age(snapshot, document, parts), -int(snapshot.documents[document])
            yield (whole, not over[document], rank, newness, number), document
