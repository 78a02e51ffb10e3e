"""The filters of a list of documents as SQL conditions. They have the names and values of the filters of the search page;
a list is read from the database, so that it also has what is not in the index yet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from docmgr.models import Document, DocumentTerm, Term, Version
from docmgr.policy import WORKFLOWS
from legaltext import validity

# Name of a filter → the values that were chosen.
Chosen = Mapping[str, tuple[str, ...]]
VALUE_CHARACTERS = 300
_YEAR = re.compile("[1-8][0-9]{3}")
NEWEST = and_(Version.document_id == Document.id, Version.no == Document.current_no)


def condition(chosen: Chosen, day: dt.date) -> ColumnElement[bool]:
    """Return an SQL condition on Document: of each filter in `chosen` it has one of the values. Unknown filters set no
    condition, and a value that cannot be is met by no document. Validity is judged on `day`."""
    made: ColumnElement[bool] = true()
    for name, values in chosen.items():
        if name in FILTERS and values:
            made = and_(made, FILTERS[name](values, day))
    return made


def _year(values: tuple[str, ...], _day: dt.date) -> ColumnElement[bool]:
    """The year of issue; where the day is unknown, the year in the number, as in the index."""
    years = [int(value) for value in values if _YEAR.fullmatch(value)]
    issued = (Document.issued_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in years)
    numbered = (and_(Document.issued_on.is_(None), Document.number_key.like(f"%/{year}/%")) for year in years)
    return or_(false(), *issued, *numbered)


def _status(values: tuple[str, ...], day: dt.date) -> ColumnElement[bool]:
    """The rule of legaltext.validity.code_between as conditions."""
    over = or_(false(), *(and_(end.is_not(None), end <= day) for end in (Document.effective_to, Document.ended_on)))
    begin = Document.effective_from
    codes = {
        validity.OVER: over,
        validity.UNKNOWN: and_(~over, begin.is_(None)),
        validity.NOT_YET: and_(~over, begin > day),
        validity.IN_FORCE: and_(~over, begin <= day),
    }
    return or_(false(), *(codes[value] for value in values if value in codes))


def _term(kind: str) -> Callable[[tuple[str, ...], dt.date], ColumnElement[bool]]:
    def having(values: tuple[str, ...], _day: dt.date) -> ColumnElement[bool]:
        named = select(DocumentTerm.document_id).join(Term, Term.id == DocumentTerm.term_id)
        return Document.id.in_(named.where(Term.kind == kind, Term.name.in_(values)))

    return having


def _column(column: Any) -> Callable[[tuple[str, ...], dt.date], ColumnElement[bool]]:
    return lambda values, _day: column.in_(values)


FILTERS: dict[str, Callable[[tuple[str, ...], dt.date], ColumnElement[bool]]] = {
    "type": _column(Document.type),
    "issuer": _column(Document.issuer),
    "year": _year,
    "status": _status,
    "field_of_work": _term("field"),
    "tag": _term("tag"),
    "health": lambda values, _day: exists().where(NEWEST, Version.health.in_(values)),
    "workflow": lambda values, _day: Document.workflow.in_([value for value in values if value in WORKFLOWS]),
}
