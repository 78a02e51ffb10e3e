"""The part of a task's form that says when it recurs and which units do it."""

from __future__ import annotations

from typing import Any

from docmgr.services.planning.occurrences.recurrence import EVERY
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.occurrences.units import FAN_OUT
from docmgr.web.kit.inputs import Sent, translated

FIELDS = {
    "recurs_every": "Chu kỳ",
    "recurs_from": "Kỳ đầu tiên",
    "recurs_until": "Kết thúc định kỳ",
    "fan_out": "Giao cho từng đơn vị",
    "fan_out_unit_id": "Đơn vị cấp trên",
    "fan_out_words": "Tên bắt đầu bằng",
    "fan_out_ids": "Các đơn vị thực hiện",
}
WORDS = {"recurs_every": EVERY, "fan_out": FAN_OUT}


def given(sent: Sent) -> SpreadInput:
    """Read the rule from a submitted form."""
    return SpreadInput(
        every=sent.text("recurs_every") or None,
        first=sent.day("recurs_from"),
        until=sent.day("recurs_until"),
        fan_out=sent.text("fan_out") or None,
        unit_id=sent.number("fan_out_unit_id"),
        words=sent.text("fan_out_words"),
        unit_ids=sent.numbers("fan_out_ids"),
    )


def stored(spread: SpreadInput) -> dict[str, Any]:
    """The values of the fields for a stored rule."""
    return {
        "recurs_every": spread.every,
        "recurs_from": spread.first,
        "recurs_until": spread.until,
        "fan_out": spread.fan_out,
        "fan_out_unit_id": spread.unit_id,
        "fan_out_words": spread.words,
        "fan_out_ids": sorted(spread.unit_ids),
    }


def more(values: Any) -> dict[str, Any]:
    """The choices of the fields for the template."""
    return {"everies": translated(EVERY), "fan_outs": translated(FAN_OUT), "fanned": values.get("fan_out_ids", ())}
