"""Reserve numbers with a reason, give up reserved numbers, and explain numbers that were never used. Lines stay in the
register whatever happens."""

from __future__ import annotations

from docmgr import db, policy
from docmgr.models import RegisterEntry
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.registers import lines, numbering, words
from docmgr.services.registers.words import STATES
from legaltext import dates
from legaltext.numbers import printed_serial


def reserve(actor: Actor, series_id: int, reason: str, *, count: int = 1, holder_id: int | None = None) -> list[int]:
    """Reserve the next `count` numbers of a series in this year, for the person `holder_id` if given. Returns the ids of
    their lines. Raises Denied, and Invalid with the field that is wrong."""
    policy.require(actor, "register:edit")
    reason = words.reason(reason)
    if not 1 <= count <= words.MOST_RESERVED:
        raise Invalid(Message("Mỗi lần giữ được từ 1 đến %(most)s số.", most=words.MOST_RESERVED), "count")
    with db.write() as session:
        holder = lines.person(session, holder_id, "holder_id") if holder_id is not None else None
        series, today = numbering.lock(session, series_id), dates.today()
        first = numbering.following(session, series, today.year)
        made = []
        for number in range(first, first + count):
            entry = numbering.add(session, actor, series, today, number, "reserved", reason=reason, holder_id=holder_id)
            details = {"serial": printed_serial(number), "reason": reason, "holder": holder.full_name if holder else None}
            numbering.record(session, actor, "register:reserve", entry, details)
            made.append(entry.id)
        return made


def release(actor: Actor, entry_id: int, reason: str, *, revision: int | None) -> None:
    """Give up a reserved number: its line stays, and the number can be given to a document again. `revision` is the
    revision of the line when the form was opened. Raises Denied, NotFound, Conflict, and Invalid without a reason or when
    the number is not reserved."""
    _change(actor, entry_id, reason, revision, "reserved", "released", "register:release")


def explain(actor: Actor, entry_id: int, reason: str, *, revision: int | None) -> None:
    """Say why a number was never used. `revision` is the revision of the line when the form was opened. Raises Denied,
    NotFound, Conflict, and Invalid without a reason or when the number is in use."""
    _change(actor, entry_id, reason, revision, "unused", "unused", "register:explain")


def _change(actor: Actor, entry_id: int, reason: str, revision: int | None, state: str, then: str, action: str) -> None:
    policy.require(actor, "register:edit")
    reason = words.reason(reason)
    with db.write() as session:
        entry = forms.for_change(session, RegisterEntry, entry_id, revision, lambda row: lines.require_seen(session, actor, row))
        if entry.state != state:
            now = Message(STATES[entry.state])
            raise Invalid(Message("Số này đang là “%(state)s”, nên không làm được việc này.", state=now))
        numbering.mark(entry, actor, then, reason)
        numbering.record(session, actor, action, entry, {"serial": printed_serial(entry.number), "reason": reason})
