"""Finds the name of a document in a query or a title, apart from its type, its year and introductory words.

This module decides where a name begins and which words belong to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from legaltext.abbreviations import BUILT_IN, SINGLE, stretches
from legaltext.doctypes import TYPE_ABBREVIATIONS
from legaltext.text import fold

Words = tuple[str, ...]

TYPES = sorted((tuple(name.split()) for name in TYPE_ABBREVIATIONS), key=len, reverse=True)
_BEGIN_TYPES = frozenset(words[0] for words in TYPES)
# "pháp luật" and "kỷ luật" do not name a law.
NOT_BEFORE = frozenset({"phap", "ky", "quy", "du"})
# Words between the type of a document and its name, longer ones before their beginnings: those of every title, and those of
# the name of a law in a query.
TITLE_LEAD_INS: tuple[Words, ...] = (("ve", "viec"), ("v", "v"), ("ve",), ("ban", "hanh", "kem", "theo"), ("ban", "hanh"))
LEAD_INS = (*TITLE_LEAD_INS, ("quy", "dinh", "chi", "tiet"), ("quy", "dinh", "ve"), ("quy", "dinh"))
_YEAR = re.compile(r"(?:19|20)\d\d")
_TAKEN_OFF = SINGLE.union(("nam",), *TYPES, *LEAD_INS)


def is_beside(plain: str) -> bool:
    """Whether the word `plain` (without diacritics) may occur next to the name of a document in a query. Such
    words are the words of a type, introductory words, a year, and abbreviations."""
    return plain in _TAKEN_OFF or _YEAR.fullmatch(plain) is not None


def opening(words: Words, beginnings: Iterable[Words]) -> Words:
    """Return the first of the word sequences `beginnings` with which `words` begin; () for none."""
    return next((beginning for beginning in beginnings if words[: len(beginning)] == beginning), ())


def type_at(folded: Words, types: Iterable[Words]) -> Words:
    """Return the first of `types` with which the words `folded` (without diacritics) begin; () for none.
    "luat su" (lawyer) does not begin with the type "luật" (law); "luat su dung" (law on use) does."""
    found = opening(folded, types)
    return () if found == ("luat",) and folded[1:2] == ("su",) and folded[2:3] != ("dung",) else found


@dataclass(frozen=True)
class AskedName:
    """A possible name of a document in a query, without abbreviations. `doc_type` is its type without
    diacritics, () for none. `words` are the words of the name as typed, and `folded` the same words without
    diacritics. `year` is None where the query has none."""

    doc_type: Words
    words: Words
    folded: Words
    year: int | None


def _expanded(words: Words) -> Words:
    """Return `words` with each abbreviation replaced by the words of its full name: "luật bhxh" gives "luật
    bảo hiểm xã hội"."""
    full = {
        found.asked: found.other for found in reversed(stretches((words,), BUILT_IN)) if len(found.asked) == 1
    }
    return tuple(said for word in words for said in full.get((word,), (word,)))


def asked_name(words: Words) -> AskedName | None:
    """Divide a query that may be the name of a document into type, name and year. Returns None where other
    words come before the type. Of several years the last one counts."""
    words = _expanded(words)
    years = [word for word in words if _YEAR.fullmatch(word)]
    words = tuple(word for word in words if word not in years)
    folded = tuple(map(fold, words))
    start, doc_type = _type_in(folded)
    if start:
        return None
    after = len(doc_type)
    while doc_type and (repeated := type_at(folded[after:], (doc_type,))):  # "luật Luật Đất đai"
        after += len(repeated)
    while doc_type and (lead := opening(folded[after:], LEAD_INS)):
        after += len(lead)
    if folded[-1:] == ("nam",) and years:
        words, folded = words[:-1], folded[:-1]
    return AskedName(doc_type, words[after:], folded[after:], int(years[-1]) if years else None)


def _type_in(folded: Words) -> tuple[int, Words]:
    """Find the first document type in the words `folded`, which are without diacritics. Returns (its
    position, the type), or (0, ()) where there is none."""
    for place, word in enumerate(folded):
        doc_type = type_at(folded[place:], TYPES) if word in _BEGIN_TYPES else ()
        if doc_type and not (doc_type == ("luat",) and place and folded[place - 1] in NOT_BEFORE):
            return place, doc_type
    return 0, ()
