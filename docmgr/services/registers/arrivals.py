"""Enter incoming documents into their register: the number and day of arrival, where it came from, who gets it, until
when it is to be dealt with (Decree 30/2020/NĐ-CP, Articles 22 to 24)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from docmgr import db
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.documents import facts
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.registers import issue, lines, numbering, words
from docmgr.services.registers import series as number_series
from docmgr.services.registers.lines import LineInput
from docmgr.services.trail import log
from legaltext.numbers import printed_serial


@dataclass(frozen=True)
class ArrivalInput:
    """What a person typed about an incoming document. None as `arrived_on` means today, as `series_id` the usual series,
    and as `entry_id` (the line of a free number) the next number."""

    arrived_on: dt.date | None = None
    line: LineInput = LineInput()
    series_id: int | None = None
    entry_id: int | None = None


def receive(actor: Actor, document_id: int, given: ArrivalInput = ArrivalInput()) -> int:
    """Give a document the next number of arrival and return the id of its line. Raises Denied or NotFound when the actor
    may not do so. Raises Invalid when it is already in the register, was withdrawn, or a field is wrong."""
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "register:edit")
        issue.refuse_withdrawn(document)
        already = lines.issued(session, document.id, "incoming")
        if already is not None:
            raise Invalid(Message("Văn bản đã vào sổ đến: số %(number)s.", number=printed_serial(already.number)))
        day = words.day(given.arrived_on, "arrived_on")
        fitting = number_series.covering(session, "incoming")
        series = numbering.lock(session, number_series.chosen(actor, fitting, given.series_id).id)
        entry = numbering.take(session, actor, series, day, given.entry_id, document_id=document.id)
        lines.fill(session, actor, entry, given.line)
        details = {"serial": printed_serial(entry.number), "arrived_on": forms.day(day), "series": series.name}
        log.document_event(session, actor, "register:receive", document, details)
        return entry.id


def confirm(actor: Actor, document_id: int, values: dict[str, Any], arrival: ArrivalInput | None, **choices: Any) -> None:
    """Save the facts of a document as facts.save does with these `values` and `choices`, and enter it into the register of
    incoming documents if there is an `arrival`, all in one unit of work. Raises what `facts.save` and `receive` raise."""
    with db.write():
        facts.save(actor, document_id, values, **choices)
        if arrival is not None:
            receive(actor, document_id, arrival)
