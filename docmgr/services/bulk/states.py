"""What a change of a document was, in the form in which it is kept, and how it is put back. services.bulk.undoing keeps it and asks
who may undo it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, Version
from docmgr.policy import Actor, Denied
from docmgr.services.access import guard
from docmgr.services.bulk import fitting
from docmgr.services.documents import clashes, facts, lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.message import Message
from docmgr.services.own_fields import assigning
from docmgr.services.terms import of_documents as terms
from legaltext import dates

NO_FOLDER = Message("Thư mục cũ không còn, hoặc bạn không được thêm văn bản vào đó.")
# Facts by which two documents are the same.
_IDENTITY = frozenset({"number", "issuer", "issued_on"})

# What was changed of a document, before or after; its form depends on the kind.
State = dict[str, Any]


def state_of_terms(held: terms.DocumentTerms) -> State:
    """The field of work and the tags of a document in the form in which they are kept."""
    return {"field_of_work": held.field_of_work, "tags": list(held.tags)}


def state_of_facts(document: Document, fields: tuple[str, ...]) -> State:
    """These facts of a document in the form in which they are kept, with who confirmed them."""
    kept: State = {field: [None, None, True, False, None, None] for field in fields}
    for row in document.facts:
        if row.field in kept:
            at = row.confirmed_at.isoformat() if row.confirmed_at else None
            kept[row.field] = [row.value, row.quote, row.sure, row.confirmed, row.confirmed_by, at]
    return kept


def values_of_facts(session: Session, document: Document, fields: tuple[str, ...]) -> State:
    """The values of these facts with who confirmed them and when, the number of the newest version and when that was read last: what was
    confirmed since is not undone, and facts are not brought back over those of a newer version or reading."""
    kept = state_of_facts(document, fields)
    values = {field: [value, *confirmed] for field, (value, _quote, _sure, *confirmed) in kept.items()}
    newest = select(Version.no, Version.read_at).where(Version.document_id == document.id).order_by(Version.no.desc()).limit(1)
    no, read_at = session.execute(newest).one_or_none() or (None, None)
    return {**values, "no": no, "read": read_at.isoformat() if read_at else None}


def of_form(session: Session, document: Document) -> State:
    """Everything that the form of facts changes of a document: all its facts, own values by the id of the field, field of work and
    tags, when it was confirmed with whether it was to be published, and its workflow state."""
    whole: State = {part: read(session, document) for part, read in _PARTS.items()}
    return {"facts": state_of_facts(document, tuple(facts.FIELDS)), "own": assigning.kept(session, document.id), **whole}


def _confirmed(_session: Session, document: Document) -> list[Any]:
    return [document.confirmed_at.isoformat() if document.confirmed_at else None, document.publish_when_read]


def of_parts(session: Session, document: Document, fields: tuple[str, ...], own_ids: tuple[int, ...]) -> State:
    """These facts and own values of a document, as `of_form` has them."""
    held = assigning.kept(session, document.id) if own_ids else {}
    parts = {"facts": state_of_facts(document, fields), "own": {str(one): held.get(str(one)) for one in own_ids}}
    return {part: kept for part, kept in parts.items() if kept}


def difference(session: Session, document: Document, before: State, after: State) -> tuple[State, State] | None:
    """Compare two states of the form: (what was and is now of that which changed), as `now` gives it; None when no more happened
    than that the same facts were confirmed again."""
    old, new = dict[str, Any](), dict[str, Any]()
    for part in ("facts", "own"):
        changed = [key for key in sorted({*before[part], *after[part]}) if before[part].get(key) != after[part].get(key)]
        if changed:
            old[part], new[part] = ({key: state[part].get(key) for key in changed} for state in (before, after))
    for part in _PARTS:
        if before[part] != after[part]:
            old[part], new[part] = before[part], after[part]
    if not old.keys() - {"facts", "confirmed"} and before["confirmed"][0] and not any(one[0] != old["facts"][key][0] for key, one in new.get("facts", {}).items()):
        return None
    return old, _form_now(session, document, new)


def now(session: Session, kind: str, document: Document, after: State) -> State:
    """What the change of this kind would have left if it had been made just now, to be compared with `after`, which it left."""
    return _STATES[kind](session, document, after)


def put_back(session: Session, actor: Actor, kind: str, document: Document, before: State) -> None:
    """Make a document, whose row the caller has locked, what it was before a change of this kind. Raises Invalid with the reason
    when it cannot be so now, and Denied when the actor may not publish and that is undone."""
    _BACK[kind](session, actor, document, before)


def _folder_now(_session: Session, document: Document, _after: State) -> State:
    return {"folder": document.folder_id}


def _workflow_now(_session: Session, document: Document, _after: State) -> State:
    return {"workflow": document.workflow}


def _terms_now(session: Session, document: Document, _after: State) -> State:
    return state_of_terms(terms.of(session, [document.id]).get(document.id, terms.NONE))


def _move_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    try:
        target = tree.receiving(session, actor, before["folder"])
    except (NotFound, Denied):
        raise Invalid(NO_FOLDER) from None
    lifecycle.put_into(session, actor, document, target, undone=True)


def _publish_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    if lifecycle.is_led(session, document.id):
        raise Invalid(lifecycle.LED)
    lifecycle.change_workflow(session, actor, document, before["workflow"], undone=True)


def _tag_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    terms.put(session, actor, document, before["field_of_work"] or "", tuple(before["tags"]), undone=True)


def _facts_back(session: Session, actor: Actor, document: Document, before: State, more: dict[str, list[Any]]) -> None:
    values = {field: kept[0] for field, kept in before.items()}
    if "type" in before and (why := fitting.own_faults(session, [document], values["type"]).get(document.id)) is not None:
        raise Invalid(why)
    if _IDENTITY & values.keys():
        try:
            clashes.refuse(session, actor, document, values)
        except clashes.Clash:
            raise Invalid(fitting.CLASHES) from None
    facts.edit(session, actor, document, values, undone=True, more=more)
    for row in document.facts:
        if row.field in before:
            _value, row.quote, row.sure, row.confirmed, row.confirmed_by, at = before[row.field]
            row.confirmed_at = dt.datetime.fromisoformat(at) if at else None


def _form_now(session: Session, document: Document, after: State) -> State:
    state: State = {part: read(session, document) for part, read in _PARTS.items() if part in after}
    if "own" in after:
        held = assigning.kept(session, document.id)
        state["own"] = {key: held.get(key) for key in after["own"]}
    if "facts" in after:
        state["facts"] = values_of_facts(session, document, tuple(field for field in after["facts"] if field in facts.FIELDS))
    return state


def _form_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    more: dict[str, list[Any]] = {}
    if "confirmed" in before and before["confirmed"][0] is None and (why := fitting.confirmation_fault(session, document)) is not None:
        raise Invalid(why)
    if "workflow" in before:
        guard.for_change(session, actor, document.id, "document:publish")
        _publish_back(session, actor, document, before)
    if "confirmed" in before:
        # That it was to be published once it is read does not come back: whoever decided about that meanwhile has decided, and the worker
        # would publish it without asking for the actor's right.
        at, _asked = before["confirmed"]
        was = document.confirmed_at
        document.confirmed_at = dt.datetime.fromisoformat(at) if at else None
        if was != document.confirmed_at:
            more["confirmed"] = [dates.printed_moment(one, seconds=True) or None for one in (was, document.confirmed_at)]
    values = before.get("facts", {})
    type_name = values["type"][0] if "type" in values else document.type
    if "own" in before:
        more |= assigning.put_back(session, document, before["own"], type_name)
    _facts_back(session, actor, document, values, more)
    if "terms" in before:
        _tag_back(session, actor, document, before["terms"])


_PARTS: dict[str, Callable[[Session, Document], Any]] = {
    "terms": lambda session, document: _terms_now(session, document, {}), "confirmed": _confirmed, "workflow": lambda _session, document: document.workflow,
}  # fmt: skip
_STATES: dict[str, Callable[[Session, Document, State], State]] = {
    "move": _folder_now, "publish": _workflow_now, "tag": _terms_now, "form": _form_now,
}  # fmt: skip
_BACK: dict[str, Callable[[Session, Actor, Document, State], None]] = {
    "move": _move_back, "publish": _publish_back, "tag": _tag_back, "form": _form_back,
}  # fmt: skip
