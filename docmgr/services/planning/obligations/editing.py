"""Change a proposal before it becomes a task, split it in two, or merge several into one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.models import Version, VersionObligation
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.documents.rereading.obligations import TITLE
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning.due import MOST_DAYS
from docmgr.services.planning.obligations import deciding, rows, times, units
from docmgr.services.planning.obligations.deciding import Decided
from docmgr.services.planning.obligations.rows import ObligationRow, Picked

# Where a proposal may be cut in two: after a mark, or before "và". Both parts have at least so many characters.
_CUT = re.compile(r"[;,.:]\s+|\s+(?=và\s)")
_LEAST, _MOST_CUTS = 8, 30
# The words of a merged proposal are at most so long.
_LONGEST = 5_000
_EDGES = " ,;.:"


@dataclass(frozen=True)
class ObligationInput:
    """The fields of the form. `rule` is a key of times.RULES, `every` of times.EVERY and `unit` of times.UNITS; `n` counts units
    after the `event`, which is text. `on` is the last day. Without `lead_id` the printed names are matched as before."""

    action: str
    lead_id: int | None = None
    support_ids: tuple[int, ...] = ()
    rule: str = ""
    on: dt.date | None = None
    every: str = ""
    n: int | None = None
    unit: str = "working-day"
    event: str | None = None
    evidence: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class ObligationForm:
    """What the form shows: the proposal, and the places at which it can be split, as (offset in its quote, the words after
    it)."""

    row: ObligationRow
    label: str
    cuts: tuple[tuple[int, str], ...]
    units: tuple[tuple[int, str], ...]


def get(actor: Actor, document_id: int, obligation_id: int) -> ObligationForm:
    """Load a proposal for its form. Raises NotFound when there is none or the actor may not read the document, and Denied when
    the actor may not work on it."""
    with db.read() as session:
        found, version = rows.one(session, actor, document_id, obligation_id)
        document = guard.readable(session, actor, document_id)
        if not rows.may_work(actor, document):
            raise Denied("plan:edit")
        site = units.of_site(session)
        text = session.scalar(select(Version.text).where(Version.id == version.id)) or ""
        row = rows.row_of(found, text, site, None)
        offered = tuple(sorted(site.names.items(), key=lambda pair: pair[1]))
        return ObligationForm(row, document.label, tuple((at, row.quote[at:]) for at in cuts(row.quote)), offered)


def cuts(quote: str) -> list[int]:
    """The offsets at which the words of a proposal can be cut in two."""
    found = (match.end() for match in _CUT.finditer(quote))
    return [at for at in found if len(quote[:at].strip(_EDGES)) >= _LEAST and len(quote[at:].strip(_EDGES)) >= _LEAST][:_MOST_CUTS]


def edit(actor: Actor, document_id: int, obligation_id: int, given: ObligationInput, *, revision: int) -> None:
    """Change a proposal to the fields `given`. `revision` is its revision when the form was opened. Raises Conflict when it has
    changed or is no proposal any more, Invalid when a field is wrong, and otherwise as deciding.accept does."""
    with db.write() as session:
        (one,) = rows.held(session, actor, document_id, [Picked(obligation_id, revision)], "proposed")
        before = _shown(session, one)
        one.action = forms.required(given.action, Message("Hãy nhập nội dung nhiệm vụ."), "action", TITLE)
        wanted = {*given.support_ids, *([given.lead_id] if given.lead_id is not None else [])}
        forms.check_units(session, wanted, "lead_id")
        one.lead_id = given.lead_id
        one.support_ids = [number for number in given.support_ids if number != given.lead_id]
        one.due = _due(given)
        one.evidence = forms.cleaned(given.evidence, "evidence", 1000)
        one.target = forms.cleaned(given.target, "target", 500)
        after = _shown(session, one)
        changed = [label for label, words in after.items() if words != before[label]]
        if not changed:
            return
        one.changed = True
        forms.bump(one)
        session.flush()
        # The words themselves may come from the document, which some readers of the event may not read.
        deciding.record(session, actor, "obligation:edit", [one], {"facts": len(changed)})


def split(actor: Actor, document_id: int, obligation_id: int, cut: int | None, *, revision: int) -> Decided:
    """Split a proposal at the offset `cut` of its words. The second part is a proposal of its own, with the same units and
    time. Raises as `edit` does."""
    with db.write() as session:
        (one,) = rows.held(session, actor, document_id, [Picked(obligation_id, revision)], "proposed")
        text = _text(session, one)
        quote = text[one.start : one.end]
        if cut not in cuts(quote):
            raise Invalid(Message("Hãy chọn chỗ tách trong danh sách."), "cut")
        second = VersionObligation(
            version_id=one.version_id, start=one.start + cut, end=one.end, anchor=one.anchor, action=quote[cut:].removeprefix("và ").strip(_EDGES),
            units=list(one.units), supporting=list(one.supporting), lead_id=one.lead_id, support_ids=one.support_ids,
            due=dict(one.due), evidence=one.evidence, target=one.target, why=list(one.why), sure=one.sure, changed=True, state="proposed",
        )  # fmt: skip
        at = quote.find(one.action)
        if 0 <= at < cut:
            one.action = quote[at:cut].strip(_EDGES)
        one.end, one.changed = one.start + len(quote[:cut].rstrip(_EDGES)), True
        forms.bump(one)
        session.add(second)
        session.flush()
        deciding.record(session, actor, "obligation:split", [one])
        return Decided((Picked(one.id, one.revision), Picked(second.id, second.revision)))


def merge(actor: Actor, document_id: int, picked: Sequence[Picked]) -> Decided:
    """Merge proposals that follow each other into the first of them, with the units, times and evidence of all. Raises Invalid
    when there is only one, or another one stands between them, and otherwise as `edit` does."""
    with db.write() as session:
        held = rows.held(session, actor, document_id, picked, "proposed")
        first, last = held[0], max(one.end for one in held)
        if len(held) < 2:
            raise Invalid(Message("Hãy chọn ít nhất hai mục để gộp."), "pick")
        _check_beside(session, held, last)
        first.action = "; ".join(one.action.strip(_EDGES) for one in held)[:TITLE]
        first.units = list(dict.fromkeys(name for one in held for name in one.units))
        first.supporting = list(dict.fromkeys(name for one in held for name in one.supporting))
        chosen = [number for one in held for number in one.support_ids or ()]
        first.lead_id = next((one.lead_id for one in held if one.lead_id is not None), None)
        first.support_ids = list(dict.fromkeys(chosen)) if any(one.support_ids is not None for one in held) else None
        first.due = next((dict(one.due) for one in held if one.due.get("rule")), dict(first.due))
        first.evidence = "; ".join(dict.fromkeys(one.evidence for one in held if one.evidence)) or None
        first.target = next((one.target for one in held if one.target), None)
        first.why = [why for one in held for why in one.why]
        first.end, first.changed = last, True
        forms.bump(first)
        for one in held[1:]:
            session.delete(one)
        session.flush()
        deciding.record(session, actor, "obligation:merge", [first], {"obligations": len(held)})
        return Decided((Picked(first.id, first.revision),))


def _check_beside(session: Session, held: Sequence[VersionObligation], last: int) -> None:
    first = held[0]
    between = select(VersionObligation.id).where(
        VersionObligation.version_id == first.version_id, VersionObligation.state != "dropped", VersionObligation.start >= first.start,
        VersionObligation.start < last, VersionObligation.id.not_in([one.id for one in held]),
    )  # fmt: skip
    if any(not one.end for one in held) or session.scalar(between.limit(1)) is not None:
        raise Invalid(Message("Chỉ gộp được các mục đứng liền nhau trong văn bản."), "pick")
    if last - first.start > _LONGEST:
        raise Invalid(Message("Nội dung dài quá %(limit)s ký tự; hãy rút gọn.", limit=_LONGEST), "pick")


def _text(session: Session, one: VersionObligation) -> str:
    query = select(Version).where(Version.id == one.version_id).options(undefer(Version.text))
    return session.scalars(query.execution_options(populate_existing=True)).one().text or ""


def _due(given: ObligationInput) -> dict[str, Any]:
    rule = forms.one_of(given.rule, times.RULES, "rule")
    due = {**times.NOTHING, "rule": rule or None, "event": forms.cleaned(given.event, "event", 500)}
    if rule == "fixed":
        if given.on is None:
            raise Invalid(Message("Nhiệm vụ có thời hạn cụ thể cần có ngày đến hạn."), "on")
        due["on"] = given.on.isoformat()
    elif rule == "recurring":
        due["every"] = forms.one_of(given.every, times.EVERY, "every") or None
    elif rule == "after":
        if given.n is None or not 1 <= given.n <= MOST_DAYS:
            raise Invalid(Message("Số ngày phải từ 1 đến %(most)s.", most=MOST_DAYS), "n")
        due |= {"n": given.n, "unit": forms.one_of(given.unit, times.UNITS, "unit")}
    elif rule == "":
        due["event"] = None
    return due


def _shown(session: Session, one: VersionObligation) -> dict[str, Words | None]:
    names = units.of_site(session).names
    return {
        "Nội dung": one.action,
        "Chủ trì": names.get(one.lead_id or 0),
        "Phối hợp": ", ".join(names[number] for number in one.support_ids or () if number in names) or None,
        "Loại thời hạn": times.words(one.due),
        "Minh chứng cần có": one.evidence,
        "Chỉ tiêu": one.target,
    }
