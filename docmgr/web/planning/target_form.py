"""The part of a task's form that says which figure is to be reached."""

from __future__ import annotations

from typing import Any

from docmgr.services.planning.targets import storing
from docmgr.services.planning.targets.storing import TargetInput
from docmgr.web.kit.inputs import Sent, translated

FIELDS = {
    "target": "Chỉ tiêu",
    "target_unit": "Đơn vị tính",
    "target_rule": "So với chỉ tiêu",
    "target_each": "Chỉ tiêu của từng kỳ, từng đơn vị",
    "target_words": "Lời văn về chỉ tiêu",
}
WORDS = {"target_rule": storing.RULES, "target_each": {"1": "Có", "": "Không"}}
REACHED = {"reached": "Đạt được"}


def given(sent: Sent) -> TargetInput:
    """Read the target from a submitted form."""
    return TargetInput(
        sent.text("target"), sent.text("target_unit"), sent.text("target_rule") or "least", sent.text("target_words"), sent.text("target_each") == "1"
    )


def stored(target: TargetInput) -> dict[str, Any]:
    """The values of the fields for a stored target."""
    return {
        "target": target.number, "target_unit": target.unit, "target_rule": target.rule, "target_words": target.words,
        "target_each": "1" if target.each else "",
    }  # fmt: skip


def more() -> dict[str, Any]:
    """The choices of the fields for the template."""
    return {"target_rules": translated(storing.RULES)}


def reached(sent: Sent) -> str | None:
    """The figure that was reached, as it was typed; None where the form had no field for it."""
    return sent.text("reached") if "reached" in sent.form else None
