"""Read a submitted form field by field, and make the radio buttons of search boxes.

A value that is not a valid date or number gets an error sentence at its field. Services check all other
rules about values.
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
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef, ProvisionRef
from docmgr.services.errors import Invalid
from docmgr.web.kit.filters import day
from docmgr.web.kit.words import in_words, place_label
from legaltext import dates

Result = TypeVar("Result")


def wholes(texts: Iterable[str]) -> tuple[int, ...]:
    """Read the texts that are whole numbers from 0 to 2^31 - 1 as integers; other texts are left out."""
    return tuple(number for number in map(whole, texts) if number is not None)


def page_number(args: Mapping[str, str]) -> int:
    """Read the page number (from 1) in the parameter `page` of an address, given its parameters `args`. It is
    1 when the parameter is missing or invalid."""
    return whole(args.get("page")) or 1


class KeyConverter(IntegerConverter):
    """The converter for `<int:…>` in addresses. It accepts only numbers that have at most as many digits as a
    database key. An address with a longer number gives the answer for a missing page."""

    regex = f"[0-9]{{1,{LARGEST_DIGITS}}}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


@dataclass
class Sent:
    """The submitted input of a form. `errors` maps a field name to the sentence shown at the field."""

    form: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of the field `name`, "" when the field is missing. NUL characters are removed, because
        PostgreSQL refuses them."""
        return self.form.get(name, "").replace("\0", "")

    def number(self, name: str) -> int | None:
        """Return the whole number in the field `name`, None when it is blank. Any other text adds an error at
        the field, and None is returned."""
        words = self.text(name).strip()
        if not words:
            self._unchosen(name)
            return None
        number = whole(words)
        if number is None:
            self.errors[name] = _("Hãy nhập một số, hoặc chọn lại trong danh sách.")
        return number

    def numbers(self, name: str) -> tuple[int, ...]:
        """All values of the repeated field `name` that are whole numbers; other values are left out."""
        return wholes(self.chosen(name))

    def chosen(self, name: str) -> tuple[str, ...]:
        """All values of the repeated field `name`; blank ones and repetitions are left out. Words that were typed to search its list when
        nothing is chosen add an error at the field."""
        values = tuple(dict.fromkeys(value for value in self.form.getlist(name) if value))
        if not values:
            self._unchosen(name)
        return values

    def _unchosen(self, name: str) -> None:
        """Add an error at a field of which nothing was chosen, although words were typed to search its list: they would be lost."""
        if not self.searching and name in self.form.getlist("searched") and self.text(f"{name}_q").strip():
            self.errors[name] = _("Hãy bấm “Tìm” rồi chọn một mục, hoặc xóa chữ đã gõ.")

    def day(self, name: str) -> dt.date | None:
        """Return the date in the field `name`, None when it is blank. Browsers send 2024-02-05, people type
        05/02/2024. Any other text adds an error at the field, and None is returned."""
        words = self.text(name).strip()
        if not words:
            return None
        try:
            return dates.parse(words)
        except ValueError:
            self.errors[name] = _("Ngày không đúng; hãy nhập dạng ngày/tháng/năm, ví dụ 05/02/2024.")
            return None

    def try_to(self, act: Callable[[], Result]) -> Result | None:
        """Call `act` and return its result, unless a field already has an error. When `act` raises Invalid,
        its sentence becomes the error of the field concerned. Returns None when there is an error."""
        if self.errors:
            return None
        try:
            return act()
        except Invalid as error:
            self.errors[error.field or ""] = in_words(error.message)
            return None

    def done(self, act: Callable[[], object]) -> bool:
        """Call `act` unless a field already has an error, and return whether there was no error. Errors are
        treated as in `try_to`; the result of `act` is ignored."""
        self.try_to(act)
        return not self.errors

    @property
    def revision(self) -> int:
        """The revision of the record when the form was opened. It is -1, which no record has, when the form
        sent none."""
        number = whole(self.text("revision"))
        return -1 if number is None else number

    @property
    def searching(self) -> bool:
        """Whether the person pressed the button of a search box in the form, and not the button that saves."""
        return bool(self.text("find"))


@dataclass(frozen=True)
class Choice:
    """One radio button of a search box. `value` is the submitted value, `label` its text, and `note` a line
    in small print below it. `words_of` is the id of the document from whose text the note comes, so that a
    reading is recorded. Otherwise `words_of` is None."""

    value: str
    label: str
    note: str = ""
    words_of: int | None = None


def document_choice(document: DocumentRef | None) -> Choice | None:
    """Build the radio button for a document; None when `document` is None."""
    if document is None:
        return None
    notes = (references.subject_beside(document), document.issuer, day(document.issued_on), _("Hết hiệu lực") if document.over else None)
    return Choice(str(document.id), document.label, " · ".join(note for note in notes if note))


def provision_choice(place: ProvisionRef | None) -> Choice | None:
    """Build the radio button for the provision `place`, with up to 300 characters of its text in small print;
    None when `place` is None."""
    if place is None:
        return None
    words = place.words
    note = words if len(words) <= 300 else words[:300] + "…"
    return Choice(place.anchor, place_label(place.label), note, words_of=place.document_id)


def translated(labels: Mapping[str, str]) -> dict[str, str]:
    """Translate each label of a table into the language of the pages. The keys stay the same."""
    return {key: _(words) for key, words in labels.items()}


def shown(value: Any) -> str:
    """Write a value as the text of a form field: "" for None, ISO 8601 for a date."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def differing(
    labels: Mapping[str, str], sent: Mapping[str, Any], stored: Mapping[str, Any], words: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """List the fields whose submitted value in `sent` differs from the value in `stored`. Returns (label,
    stored value in words) pairs. Differences in spaces do not count. `labels` maps field names to labels.
    `words` gives, by field name, the words of codes."""

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
