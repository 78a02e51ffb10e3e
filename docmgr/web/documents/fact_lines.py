"""The fields of the form for facts, and why facts were not saved, in the form that the template needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docmgr.models import Document
from docmgr.services.documents import facts
from docmgr.services.documents.confirming.suggestions import FIELDS as SUGGESTED
from docmgr.services.documents.facts import FactField, FactForm
from legaltext import dates

AREAS = frozenset({"subject", "recipients"})
# The order of the fields on the page: the first lines of a document first.
ORDER = (
    "type", "number", "issued_on", "issuer", "place", "subject", "signer", "position", "recipients", "urgency", "effective_from",
    "effective_to",
)  # fmt: skip
URGENCIES = ("Khẩn", "Thượng khẩn", "Hỏa tốc")


@dataclass(frozen=True)
class FactLine:
    """One field of the form for facts. `value` is the text shown in the field, and `stored` the stored value
    as text. `quote` has the words of the document from which the value was taken, or None. `must` says why a person
    must look at the field first: a constant of confirming.must_look, or None. `error` is the sentence shown at the
    field, or None."""

    field: str
    label: str
    control: str
    value: str
    stored: str
    quote: str | None
    must: str | None
    confirmed: bool
    error: str | None = None

    @property
    def suggests(self) -> bool:
        """Whether the site suggests values for the field."""
        return self.field in SUGGESTED

    @property
    def edited(self) -> bool:
        """Whether the text in the field is another value than the stored one."""
        return not same(self.value, self.stored)

    @property
    def stored_text(self) -> str:
        """The stored value as the page shows it: a day as 05/02/2024."""
        return _day(self.stored) if self.control == "date" else self.stored


@dataclass(frozen=True)
class Problem:
    """Why the facts were not saved. `status` is the HTTP status, `message` the sentence for the person, and
    `field` the name of the field at which it is shown. `stale` means that somebody else has changed the facts
    since the form was opened. `clashes` are the other documents with the same number. `blank` means that
    type, number, date of issue and subject are all missing. `unlooked` are the labels of fields that must be
    looked at first. `readers` means that other people may read the document to which the file is to be joined."""

    status: int
    message: str
    field: str | None = None
    stale: bool = False
    clashes: tuple[Document, ...] = ()
    blank: bool = False
    unlooked: tuple[str, ...] = ()
    readers: bool = False


@dataclass(frozen=True)
class ComparedFact:
    """One fact in two documents: `own` is its value in the form, and `other` its value in the other document. Both are
    texts, empty when there is none. Dates are written as people read them."""

    label: str
    own: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether the values differ in more than spaces and capitals."""
        return " ".join(self.own.split()).casefold() != " ".join(self.other.split()).casefold()


def same(text: str, stored: str) -> bool:
    """Whether the typed `text` is the value `stored`, whatever its spaces and ends of lines. A day is stored as
    2024-02-05 and typed as 05/02/2024."""
    return " ".join(text.split()) in (" ".join(stored.split()), _day(stored))


def _day(stored: str) -> str:
    return "/".join(reversed(stored.split("-"))) if stored[:4].isdigit() and stored.count("-") == 2 else stored


def lines_of(form: FactForm, must: Mapping[str, str]) -> list[FactLine]:
    """Build the fields of the form, in the order of the page. `must` has the fields that must be looked at, with the
    reason."""
    lines = [_line(field, must.get(field.field)) for field in form.fields]
    return sorted(lines, key=lambda line: ORDER.index(line.field))


def _line(field: FactField, must: str | None) -> FactLine:
    value = typed(field.value)
    return FactLine(
        field=field.field,
        label=field.label,
        control=_control(field.field),
        value=value,
        stored=value,
        quote=field.quote,
        must=must,
        confirmed=field.confirmed,
    )


def _control(field: str) -> str:
    if field in facts.DATES:
        return "date"
    if field in AREAS:
        return "area"
    return "urgency" if field == "urgency" else "text"


def typed(value: Any) -> str:
    """Write the value of a fact as the text of its field: a list has one line for each item, and None is empty."""
    if isinstance(value, list):
        return "\n".join(value)
    return str(value or "")


def compared(lines: list[FactLine], other: Document) -> list[ComparedFact]:
    """Compare the values in the form with those of another document, field by field. Fields that are blank in both are
    left out."""
    rows = [ComparedFact(line.label, _read(line, line.value), _read(line, typed(getattr(other, line.field)))) for line in lines]
    return [row for row in rows if row.own.strip() or row.other.strip()]


def _read(line: FactLine, value: str) -> str:
    return dates.printed(value) if line.control == "date" else value
