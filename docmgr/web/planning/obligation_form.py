"""The form in which one proposal is changed."""

from __future__ import annotations

from typing import Any

from docmgr.services.planning.obligations import editing, times
from docmgr.services.planning.obligations.editing import ObligationInput
from docmgr.web.kit import forms
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import Sent, translated

FIELDS = {
    "action": "Nội dung nhiệm vụ",
    "lead_id": "Đơn vị chủ trì",
    "support_ids": "Đơn vị phối hợp",
    "rule": "Loại thời hạn",
    "on": "Ngày đến hạn",
    "every": "Kỳ",
    "n": "Khoảng thời gian (số)",
    "unit": "Tính theo",
    "event": "Sự kiện, văn bản hoặc kỳ khác",
    "evidence": "Minh chứng cần có",
    "target": "Chỉ tiêu",
}


def given(sent: Sent) -> ObligationInput:
    """Read what the form of a proposal sent."""
    return ObligationInput(
        action=sent.text("action"),
        lead_id=sent.number("lead_id"),
        support_ids=sent.numbers("support_ids"),
        rule=sent.text("rule"),
        on=sent.day("on"),
        every=sent.text("every"),
        n=sent.number("n"),
        unit=sent.text("unit") or "working-day",
        event=sent.text("event"),
        evidence=sent.text("evidence"),
        target=sent.text("target"),
    )


def form(document_id: int, obligation_id: int) -> forms.Form:
    """Fill the form of a proposal with what is stored."""
    shown = editing.get(actor(), document_id, obligation_id)
    row, due = shown.row, shown.row.due
    named: dict[Any, str] = dict(shown.units)

    def more(values: forms.Values, sent: Sent) -> dict[str, Any]:
        support = values.get("support_ids") or []
        return {
            "shown": shown, "document_id": document_id, "units": shown.units, "support": [str(one) for one in support],
            "rules": translated(times.RULES), "every": translated(times.EVERY), "day_units": translated(times.UNITS),
        }  # fmt: skip

    stored = {
        "action": row.action, "lead_id": row.lead[0] if row.lead else None, "support_ids": sorted(number for number, _name in row.support),
        "rule": due.get("rule") or "", "on": due.get("on"), "every": due.get("every") or "", "n": due.get("n") if due.get("rule") == "after" else None,
        "unit": due.get("unit") if due.get("rule") == "after" else "working-day", "event": due.get("event"), "evidence": row.evidence, "target": row.target,
    }  # fmt: skip
    words: forms.Words = {"lead_id": named, "support_ids": named, "rule": translated(times.RULES), "every": translated(times.EVERY), "unit": translated(times.UNITS)}
    return forms.Form("obligations/form.html", FIELDS, more, stored=stored, revision=row.revision, words=words, typed=_typed)


def _typed(sent: Sent) -> dict[str, Any]:
    return {**sent.form.to_dict(), "support_ids": sorted(sent.numbers("support_ids"))}
