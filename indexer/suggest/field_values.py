"""Completes the value of a field in a query: a type, an issuer, or a day such as "hôm nay" (today).

This module decides which values are offered, in which order, and how a value is written. Types and issuers come from
documents that the actor may read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from indexer.index.snapshot import Snapshot
from indexer.match.stored_values import issuers_beginning
from indexer.query.field_values import begins_issuer
from indexer.query.fields import Begun, begun, take
from indexer.query.lexer import pieces
from indexer.types import Access
from legaltext.dates import DAYS
from legaltext.text import beginnings, fold, has_marks, syllables


@dataclass(frozen=True)
class _Value:
    """A value that is offered as a completion. `shown` is its text. `said` is the text as normalised syllables, and
    `plain` is `said` without diacritics."""

    shown: str
    said: str
    plain: str


@lru_cache(maxsize=4096)
def _value(shown: str) -> _Value:
    said = syllables(shown)
    return _Value(shown, " ".join(said), " ".join(map(fold, said)))


_DAYS = tuple(map(_value, DAYS))


def questions(snapshot: Snapshot, access: Access, text: str, limit: int) -> tuple[str, ...] | None:
    """Complete the field value at the end of `text`, a half-typed query that `legaltext.text.clean` returned. Returns
    at most `limit` whole queries; () where no value begins with the typed text. Returns None where `text` does not end
    in a field, or the value is complete. The caller then completes words instead. Values come from documents that
    `access` allows."""
    field = begun(text)
    if field is None:
        return None
    found = tuple(islice(_questions(snapshot, access, field, text), limit))
    # Any part of an issuer's name is a value: "cơ quan:bộ" is complete, but in "cơ quan:bộ g" more of the name is
    # being typed.
    over = field.over and not (field.name == "issuer" and not field.ended and begins_issuer(field.typed))
    return None if over and not found else found


def _questions(snapshot: Snapshot, access: Access, field: Begun, text: str) -> Iterator[str]:
    listed, typed = _parted(field)
    if field.ended or (field.name not in ("type", "issuer") and not typed):
        return
    for value in _fitting(snapshot, _values(snapshot, access, field.name), field.name, typed):
        whole, quoted = f"{field.before}{listed}{value.shown}", f'{field.before}"{listed}{value.shown}"'
        written = (
            one for one in ((quoted,) if field.quoted else (whole, quoted)) if _is_read(one, field, value)
        )
        question = next(written, text)
        if question.lower() != text.rstrip().lower():
            yield question


def _parted(field: Begun) -> tuple[str, str]:
    """Divide the typed value of `field` after its last comma: "luật, nghị" gives ("luật, ", "nghị"). Without a comma,
    the first part is empty."""
    place = max(map(field.typed.rfind, ",;")) + 1 if field.name == "type" else 0
    typed = field.typed[place:].lstrip()
    return field.typed[: len(field.typed) - len(typed)], typed.rstrip()


def _is_read(question: str, field: Begun, value: _Value) -> bool:
    """Whether the parser finds `value` in this field of the query `question`. It does not if the value contains a
    quote. For a day such as "hôm nay" (today) the answer is always True."""
    asked = take(pieces(question, []), [])[1]
    return value in _DAYS or any(one.field == field.name and value.shown in one.values for one in asked.named)


def _values(snapshot: Snapshot, access: Access, name: str) -> Sequence[_Value]:
    if name in ("since", "until", "at"):
        return _DAYS
    if name not in ("type", "issuer"):
        return ()
    return snapshot.keep(("values", name, access), lambda: _of_documents(snapshot, access, name))


def _of_documents(snapshot: Snapshot, access: Access, name: str) -> list[_Value]:
    """Collect the values of the field `name` ("type" or "issuer") in the documents that `access` allows, the most
    frequent first. Values that differ only in case, punctuation or diacritics are collected once."""
    held = snapshot.names_of_documents(name)
    counts = np.bincount(held.codes[snapshot.readable(access).documents], minlength=len(held.values)).tolist()
    totals: Counter[str] = Counter()
    offered: dict[str, _Value] = {}
    for count, value in sorted(zip(counts, held.values, strict=True), key=lambda one: (-one[0], one[1])):
        if count and value:
            own = _value(_shown(name, value))
            totals[own.plain] += count
            offered.setdefault(own.plain, own)
    return sorted(offered.values(), key=lambda own: (-totals[own.plain], own.shown))


def _shown(name: str, value: str) -> str:
    return " ".join((value.lower() if name == "type" else value).split())


def _fitting(snapshot: Snapshot, values: Sequence[_Value], name: str, typed: str) -> list[_Value]:
    """Choose the values that begin with `typed`. If none does, diacritics are ignored. If there is still none, issuers
    may have another name that begins with `typed`."""
    begins = tuple(map(" ".join, beginnings(typed))) if typed else ("",)
    found = (
        [value for value in values if value.said.startswith(begins)] if any(map(has_marks, begins)) else []
    )
    folded = tuple(map(fold, begins))
    found = found or [value for value in values if value.plain.startswith(folded)]
    if not found and name == "issuer":
        named = {_shown(name, value) for value in issuers_beginning(snapshot, typed)}
        found = [value for value in values if value.shown in named]
    return found
