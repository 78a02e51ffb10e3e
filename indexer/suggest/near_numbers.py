"""Corrects a document number that no readable document has: "115/202/NĐ-CP" may be 115/2020/NĐ-CP.

This module decides what looks like a document number, and which number was meant. A number that may well exist elsewhere
is not corrected, unless the other words of the query name the document. Only numbers of documents that the actor
may read are proposed."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from indexer.index.segment import DOCUMENT
from indexer.index.snapshot import Snapshot
from indexer.match import statuses
from indexer.match.known_items import age, of_figures, read_parts
from indexer.suggest.function_words import ASKING, trails_off
from indexer.types import Access
from legaltext.dates import today
from legaltext.doctypes import RANKS_OF_TYPES
from legaltext.numbers import NumberParts, normalise_number, split_number
from legaltext.text import fold, syllables

# "115/202/NĐ-CP", "30/NĐ-CP", "12-KH/ĐU", "30/2020-NĐCP". A serial number with a year alone may be a share or a month.
_LIKE_NUMBER = re.compile(
    r"(?<![\w/.\-])\d{1,5}[a-z]?\s?[/\-]\s?(?:\d{1,5}\s?[/\-]\s?)?[^\W\d_]{1,6}(?:\d{1,2})?(?:[\-&/][^\W\d_]{1,9}\d{0,2})*(?![\w/])",
    re.IGNORECASE,
)
# The letters of a number are its symbol only if two of them are capitals or a sign divides them: not "5/ngày".
_SYMBOL = re.compile(r"[A-ZĐ]{2}|[^\W\d_][\-&][^\W\d_]")
_SIGNS = re.compile(r"[^A-Z0-9]+")
# A number that may exist elsewhere is corrected only if the title of the document has all other words, at least so many.
_LEAST_TOLD = 2
# This many documents are compared with a number at most.
_MOST_COMPARED = 5_000


def corrected(snapshot: Snapshot, access: Access, text: str) -> str | None:
    """Replace the first document number in the query `text` that no document has by the nearest number of a document that
    `access` allows. The number differs by one letter or digit, or by two that changed places. Returns None where there is
    no such number, or every number is right."""
    for found in _LIKE_NUMBER.finditer(text):
        if not _SYMBOL.search(found.group()):
            continue
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        meant = _nearest(snapshot, access, normalise_number(found.group()), syllables(rest))
        if meant is not None:
            return f"{text[: found.start()]}{meant}{text[found.end() :]}"
    return None


def _nearest(snapshot: Snapshot, access: Access, key: str, beside: Sequence[str]) -> str | None:
    """Find the number that was meant by the normalised number `key`. `beside` are the other words of the query: of several
    numbers, the one whose title has most of them was meant. Returns None where a document has `key`, or none is near."""
    numbers, types = snapshot.names_of_documents("number"), snapshot.names_of_documents("type")
    over, wanted = statuses.over(snapshot, today()), frozenset(map(fold, beside))
    told = frozenset(word for word in beside if word not in ASKING and not trails_off(word))
    typed = split_number(key)
    best: tuple[tuple[int, bool, int, int, int], str] | None = None
    for document in _alike(snapshot, access, key):
        number = numbers.values[numbers.codes[document]]
        own, parts = normalise_number(number), read_parts(number)
        if own == key or parts is None or typed is None:
            return None
        if not one_apart(own, key):
            continue
        title = frozenset(map(fold, snapshot.run(int(snapshot.first_entry[document]), DOCUMENT)))
        named = len(told) >= _LEAST_TOLD and frozenset(map(fold, told)) <= title
        if not (named or _is_wrong(snapshot, access, typed, parts)):
            continue
        rank = RANKS_OF_TYPES.get(fold(types.values[types.codes[document]]), 0)
        standing = (len(title & wanted), not over[document], rank, age(snapshot, document, parts), -document)
        best = max(best, (standing, number)) if best else (standing, number)
    return best[1] if best else None


def _is_wrong(snapshot: Snapshot, access: Access, typed: NumberParts, meant: NumberParts) -> bool:
    """Whether the number `typed` cannot exist, unlike a number that only this site does not have. Its year has no four digits,
    or its symbol is not that of `meant`, and no readable document has this symbol."""
    # A year that is none is taken for the first piece of the symbol.
    if any(piece.isdigit() for piece in typed.symbol[:1]) and not any(piece.isdigit() for piece in meant.symbol[:1]):
        return True
    if typed.symbol == meant.symbol:
        return False
    numbers = snapshot.names_of_documents("number")
    codes = np.unique(numbers.codes[snapshot.readable(access).documents]).tolist()
    ending = "".join(typed.symbol)
    return not any(_SIGNS.sub("", fold(numbers.values[code]).upper()).endswith(ending) for code in codes)


def _alike(snapshot: Snapshot, access: Access, key: str) -> Iterator[int]:
    """Yield the positions of readable documents whose serial number is that of `key`, or differs from it by one digit.
    Documents with the same serial number come first."""
    digits = re.match(r"\d+", key)
    if digits is None:
        return
    typed = int(digits.group())
    near = np.array(sorted(_near_serials(digits.group()) - {typed}), np.int32)
    readable = snapshot.readable(access).documents
    yield from np.flatnonzero(of_figures(snapshot, lambda held: held == typed) & readable).tolist()
    others = np.flatnonzero(of_figures(snapshot, lambda held: np.isin(held, near)) & readable)
    yield from others[:_MOST_COMPARED].tolist()


def _near_serials(digits: str) -> set[int]:
    """Return all serial numbers that differ from `digits` by one digit, or by two digits that changed places."""
    found: set[int] = set()
    for place in range(len(digits) + 1):
        before, after = digits[:place], digits[place:]
        made = [before + after[1:], before + after[1:2] + after[:1] + after[2:]]
        made += [before + new + rest for new in "0123456789" for rest in (after, after[1:])]
        found.update(int(one) for one in made if one)
    return found


def one_apart(one: str, other: str) -> bool:
    """Whether two texts differ by one character that is wrong, missing or added, or by two neighbours that changed places."""
    start = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return abs(len(one) - len(other)) == 1
    first, second = one[start:], other[start:]
    swapped = len(first) > 1 and first[:2] == second[:2][::-1] and first[2:] == second[2:]
    return swapped or first[1:] == second[1:] or first[1:] == second or first == second[1:]
