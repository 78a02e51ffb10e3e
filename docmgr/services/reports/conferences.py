"""What a report on a plan says about the yearly conferences of the units."""

from __future__ import annotations

from docmgr.policy import Actor
from docmgr.services.conferences import lists
from docmgr.services.reports.wording import Address
from docmgr.writing.reports.plan_report import Figure

WORDS = {
    "announced": "Đơn vị đã công bố kết quả hội nghị", "resolved": "Đơn vị đã có nghị quyết, chưa công bố kết quả", "held": "Đơn vị đã tổ chức, chưa có nghị quyết",
    "preparing": "Đơn vị đang chuẩn bị", lists.NONE: "Đơn vị chưa có hội nghị",
}  # fmt: skip


def figures(actor: Actor, plan_id: int, year: int, address: Address) -> tuple[Figure, ...]:
    """Count the units of a plan by the state of their annual conference of a year; nothing when none is recorded. Raises Denied when the actor's roles may
    not read plans."""
    found = lists.totals(actor, year, plan_id)
    if found.none == found.units:
        return ()
    counts = {**found.states, lists.NONE: found.none}
    return tuple(Figure(words, counts[state], address("conferences", year=year, plan=plan_id, state=state)) for state, words in WORDS.items())
