"""The fields of a line of a register and of a number of arrival, as forms send them."""

from __future__ import annotations

from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.registers.lines import LineInput
from docmgr.web.kit.inputs import Sent

# The checkbox of the confirm form that asks for a number of arrival.
ASKED = "arrival"


def line_of(sent: Sent) -> LineInput:
    """Read the columns of a line. An error of a date or number is noted at its field."""
    return LineInput(
        kept_by=sent.text("kept_by"), copies=sent.number("copies"), moved_on=sent.day("moved_on"), receipt=sent.text("receipt"),
        note=sent.text("note"), sender=sent.text("sender"), unit_id=sent.number("unit_id"), person_id=sent.number("person_id"),
        due_on=sent.day("due_on"), progress=sent.text("progress"), answer=sent.text("answer"),
    )  # fmt: skip


def arrival_of(sent: Sent) -> ArrivalInput:
    """Read what was typed about an incoming document."""
    return ArrivalInput(sent.day("arrived_on"), line_of(sent), sent.number("series"), sent.number("entry"))
