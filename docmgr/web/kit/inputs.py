"""Reading a sent form field by field, and the choices that search boxes offer.

What cannot be read as a date or a number becomes a sentence at its field; rules about the values are for
services.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

from docmgr.keys import LARGEST, LARGEST_DIGITS, whole
from docmgr.services.documents.references import DocumentRef, ProvisionRef
from docmgr.services.errors import Invalid
from docmgr.web.kit.filters import day
from docmgr.web.kit.words import in_words, place_label
from legaltext import dates

Result = TypeVar("Result")


def wholes(texts: Iterable[str]) -> tuple[int, ...]:
    """Those of the texts that are whole numbers."""
    return tuple(number for number in map(whole, texts) if number is not None)


def page_number(args: Mapping[str, str]) -> int:
    """`page` of an address, from 1; 1 where it is no number."""
    return whole(args.get("page")) or 1


class KeyConverter(IntegerConverter):
    """`<int:…>` of an address, no larger than a key can be; what is larger is no page of this site."""

    regex = f"[0-9]{{1,{LARGEST_DIGITS}}}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


@dataclass
class Sent:
    """A form as it was sent; `errors` maps field → sentence."""

    form: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The field's words, "" where it is missing; without NUL, which PostgreSQL refuses."""
        return self.form.get(name, "").replace("\0", "")

    def number(self, name: str) -> int | None:
        """A whole number, None where blank; not a number: an error at the field."""
        words = self.text(name).strip()
        if not words:
            return None
        number = whole(words)
        if number is None:
            self.errors[name] = _("Hãy nhập một số, hoặc chọn lại trong danh sách.")
        return number

    def numbers(self, name: str) -> tuple[int, ...]:
        """All values of a field that are whole numbers."""
        return wholes(self.form.getlist(name))

    def day(self, name: str) -> dt.date | None:
        """A date as browsers send it (2024-02-05) or as people type it (05/02/2024); None where blank."""
        words = self.text(name).strip()
        if not words:
            return None
        try:
            return dates.parse(words)
        except ValueError:
            self.errors[name] = _("Ngày không đúng; hãy nhập dạng ngày/tháng/năm, ví dụ 05/02/2024.")
            return None

    def try_to(self, act: Callable[[], Result]) -> Result | None:
        """Do it unless a field could not be read; what the service refuses becomes an error at its field."""
        if self.errors:
            return None
        try:
            return act()
        except Invalid as error:
            self.errors[error.field or ""] = in_words(error.message)
            return None

    def done(self, act: Callable[[], object]) -> bool:
        """`try_to` for an act that gives nothing back: whether it was done."""
        self.try_to(act)
        return not self.errors

    @property
    def revision(self) -> int:
        """The state that the form was filled in over; -1 (stale) where it is missing."""
        number = whole(self.text("revision"))
        return -1 if number is None else number

    @property
    def searching(self) -> bool:
        """Whether a search box's button was pressed rather than the one that saves."""
        return bool(self.text("find"))


@dataclass(frozen=True)
class Choice:
    """One radio button of a search box: its value, words, and the small words beneath.

    `words_of`: the document whose text the small words are; None where they only name something.
    """

    value: str
    label: str
    note: str = ""
    words_of: int | None = None


def document_choice(document: DocumentRef | None) -> Choice | None:
    """A document as a choice."""
    if document is None:
        return None
    subject = document.subject if document.subject != document.label else None
    notes = (subject, document.issuer, day(document.issued_on), _("Hết hiệu lực") if document.over else None)
    return Choice(str(document.id), document.label, " · ".join(note for note in notes if note))


def provision_choice(place: ProvisionRef | None) -> Choice | None:
    """A provision as a choice, with the beginning of its words."""
    if place is None:
        return None
    words = place.words
    note = words if len(words) <= 300 else words[:300] + "…"
    return Choice(place.anchor, place_label(place.label), note, words_of=place.document_id)


def translated(labels: Mapping[str, str]) -> dict[str, str]:
    """A table of labels in the reader's language, for a form's choices."""
    return {key: _(words) for key, words in labels.items()}


def shown(value: Any) -> str:
    """A value as a form field holds it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def differing(
    labels: Mapping[str, str], sent: Mapping[str, Any], stored: Mapping[str, Any], words: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """(label, what is stored now) of each field that was sent otherwise; `words` names coded values."""

    def worded(name: str, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return ", ".join(worded(name, one) for one in value)
        if isinstance(value, dt.date):
            return day(value)
        return str(words.get(name, {}).get(value, value)) if value is not None else ""

    return [
        (label, worded(name, stored.get(name)) or "—")
        for name, label in labels.items()
        if " ".join(shown(sent.get(name)).split()) != " ".join(shown(stored.get(name)).split())
    ]
