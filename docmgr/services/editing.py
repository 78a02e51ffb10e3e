"""What every form that edits a record shares: clean words, the optimistic lock, old → new for the trail.

Decides nothing about plans, inspections or links themselves; only how a changed field is checked, compared
and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Unit
from docmgr.policy import Actor
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.trail import VIETNAM

STALE = "Người khác vừa sửa nội dung này. Chưa có gì được lưu; hãy so sánh hai bản rồi lưu lại."
LONG_TEXT = 20_000

Shown = Mapping[str, str | None]


def today() -> dt.date:
    """The date in Vietnam, by which deadlines are judged."""
    return dt.datetime.now(VIETNAM).date()


def edits_all(actor: Actor) -> bool:
    """Whether the actor edits the work of every unit: clerks, leaders and the system itself."""
    return actor.everything or bool(actor.roles & {"clerk", "leader"})


def check_revision(stored: int, seen: int) -> None:
    """Raise Conflict unless the form was filled in over what is stored now."""
    if stored != seen:
        raise Conflict(STALE)


def cleaned(text: str | None, field: str, limit: int = LONG_TEXT) -> str | None:
    """Text without outer blanks, None where nothing is left. Raises Invalid over `limit` characters."""
    text = (text or "").replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise Invalid(f"Nội dung dài quá {limit} ký tự; hãy rút gọn.", field)
    return text or None


def required(text: str | None, message: str, field: str, limit: int = LONG_TEXT) -> str:
    """`cleaned`, and Invalid(message) where nothing is left."""
    value = cleaned(text, field, limit)
    if value is None:
        raise Invalid(message, field)
    return value


def one_of(value: str, allowed: Mapping[str, str], field: str) -> str:
    """The value where it is a key of `allowed`; raises Invalid otherwise."""
    if value not in allowed:
        raise Invalid("Hãy chọn một mục trong danh sách.", field)
    return value


def check_units(session: Session, ids: set[int], field: str) -> dict[int, str]:
    """Names of the units by id; raises Invalid where one does not exist."""
    names = {unit.id: unit.name for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    if len(names) != len(ids):
        raise Invalid("Đơn vị đã chọn không còn; hãy chọn lại.", field)
    return names


def day(value: dt.date | None) -> str | None:
    """A date as people read it: 05/02/2024."""
    return value.strftime("%d/%m/%Y") if value else None


def differences(before: Shown, after: Shown) -> dict[str, dict[str, list[str | None]]]:
    """Trail details of an edit: {"changes": {label: [old, new]}}, only what changed."""
    labels = [*before, *(label for label in after if label not in before)]
    pairs = {label: [before.get(label), after.get(label)] for label in labels}
    return {"changes": {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}}


def filled(shown: Shown) -> dict[str, str]:
    """Trail details of a new record: the fields that are not blank."""
    return {label: value for label, value in shown.items() if value}
