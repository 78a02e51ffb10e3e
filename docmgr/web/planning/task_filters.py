"""The filter of lists of tasks in an address: read from it, and written to it, so that figures lead to their lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from docmgr.keys import whole
from docmgr.services.planning.lists import WORDS
from docmgr.services.planning.wanted import kinds, met, own
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.web.kit.inputs import Sent

# The longest anchor of a provision.
_ANCHOR = 200
# What an address may have, and the lists that show it.
NAMES = ("q", "plan", "unit", "lead", "state", "overdue", "unproven", "kind", "who", "since", "until", "section", "basis", "place", "typed", "baseless", "inspected", "target")


def read(args: MultiDict[str, str]) -> TaskFilter:
    """Read the filter in the parameters of an address. What is wrong sets no condition."""
    sent = Sent(args)
    place, section = (sent.text(name)[:_ANCHOR] if name in args else None for name in ("place", "section"))
    return TaskFilter(
        plan_id=args.get("plan", type=whole),
        unit_id=args.get("unit", type=whole),
        lead_id=args.get("lead", type=whole),
        state=_one_of(args, "state", WORDS),
        overdue="overdue" in args,
        unproven="unproven" in args,
        text=sent.text("q")[:200],
        kind=_one_of(args, "kind", kinds.KINDS),
        who=_one_of(args, "who", own.WHO),
        since=sent.day("since"),
        until=sent.day("until"),
        section=section or None,
        basis=args.get("basis", type=whole),
        place=place,
        typed=args.get("typed", type=whole),
        baseless="baseless" in args,
        inspected={"1": True, "0": False}.get(args.get("inspected", "")),
        target=_one_of(args, "target", met.ASKED),
    )


def written(wanted: TaskFilter) -> dict[str, Any]:
    """The parameters of an address for the filter."""
    return {
        "q": wanted.text or None, "plan": wanted.plan_id, "unit": wanted.unit_id, "lead": wanted.lead_id, "state": wanted.state,
        "overdue": 1 if wanted.overdue else None, "unproven": 1 if wanted.unproven else None, "kind": wanted.kind, "who": wanted.who,
        "since": _day(wanted.since), "until": _day(wanted.until), "section": wanted.section, "basis": wanted.basis, "place": wanted.place,
        "typed": wanted.typed, "baseless": 1 if wanted.baseless else None, "inspected": {None: None, True: 1, False: 0}[wanted.inspected],
        "target": wanted.target,
    }  # fmt: skip


def unnamed(wanted: TaskFilter) -> dict[str, Any]:
    """The parameters that the form above a list has no field for, and keeps."""
    fields = ("q", "unit", "lead", "state", "kind", "who", "since", "until", "overdue", "unproven", "target")
    return {name: value for name, value in written(wanted).items() if value is not None and name not in fields}


def _one_of(args: Mapping[str, str], name: str, known: Mapping[str, Any]) -> str | None:
    return args[name] if args.get(name) in known else None


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
