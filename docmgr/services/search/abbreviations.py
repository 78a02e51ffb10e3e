"""Abbreviations (từ viết tắt) that searching understands: those built in, and what the site made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import collation, db, policy
from docmgr.models import Abbreviation
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log
from legaltext.abbreviations import BUILT_IN, spelling
from legaltext.text import clean_line, clean_lines, syllables

# The sentences of Invalid name these figures.
MAX_ROWS, MAX_NAMES = 1000, 5
LONGEST_SHORT, LONGEST_NAME, MOST_SYLLABLES = 30, 120, 20
Origin = Literal["built_in", "changed", "own", "removed"]
# Between the revisions of a row and those of the next one: a row that is made anew never counts as one seen before.
REVISIONS_EACH = 10_000


@dataclass(frozen=True)
class AbbreviationEntry:
    """An abbreviation as printed and what it stands for; `key` is its address, `revision` 0 as it is built in."""

    key: str
    short: str
    names: tuple[str, ...]
    origin: Origin
    revision: int = 0


_BUILT_IN = {
    key: AbbreviationEntry(key, short, names, "built_in")
    for short, names in BUILT_IN.items()
    for key in [spelling(short).replace(" ", "-")]
}


def table(session: Session) -> Mapping[str, tuple[str, ...]]:
    """Printed abbreviation → what it stands for, as the search engine takes it."""
    return {entry.short: entry.names for entry in _entries(session).values() if entry.names}


def everything(actor: Actor) -> list[AbbreviationEntry]:
    """All abbreviations in the order of their letters, those taken out among them. Raises Denied."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        return sorted(_entries(session).values(), key=lambda entry: (collation.key(entry.short), entry.key))


def get(actor: Actor, key: str) -> AbbreviationEntry:
    """One abbreviation. Raises Denied, NotFound."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        return _get(session, key)


def create(actor: Actor, *, short: str, names: str) -> AbbreviationEntry:
    """A new abbreviation; `names` one a line. Raises Denied, Invalid (unusable, or there already)."""
    policy.require(actor, "abbreviation:manage")
    short = clean_line(short)
    key = _key(short)
    with db.write() as session:
        forms.one_at_a_time(session, Abbreviation)
        known = _entries(session).get(key)
        if known is not None and known.names:
            raise Invalid(Message("Đã có từ viết tắt này; hãy sửa nó trong danh sách."), "short")
        return _save(session, actor, AbbreviationEntry(key, short, _names(short, names), "own"), known)


def edit(actor: Actor, key: str, *, names: str, revision: int | None) -> None:
    """Change what an abbreviation stands for. Raises Denied, NotFound, Conflict (stale `revision`), Invalid (as `create`)."""
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        known = _for_change(session, key, revision)
        changed = AbbreviationEntry(key, known.short, _names(known.short, names), known.origin)
        if changed.names != known.names:
            _save(session, actor, changed, known)


def remove(actor: Actor, key: str, *, revision: int | None) -> None:
    """Take an abbreviation out; one that is built in can be restored.

    Raises Denied, NotFound (taken out already, too), Conflict (stale `revision`).
    """
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        known = _for_change(session, key, revision)
        if not known.names:
            raise NotFound
        row = _row(session, key)
        if key in _BUILT_IN:
            row = row or _add(session, Abbreviation(key=key, short=known.short))
            row.names = []
            forms.bump(row)
        elif row is not None:
            session.delete(row)
        details = {"names": [list(known.names), []]}
        log.record(session, actor, "abbreviation:delete", "site", None, known.short, details=details)


def restore(actor: Actor, key: str, *, revision: int | None) -> None:
    """Use one that is built in as it came. Raises Denied, NotFound (not built in, or unchanged), Conflict (stale)."""
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        _for_change(session, key, revision)
        row, original = _row(session, key), _BUILT_IN.get(key)
        if row is None or original is None:
            raise NotFound
        details = {"names": [row.names, list(original.names)]}
        log.record(session, actor, "abbreviation:restore", "site", None, original.short, details=details)
        session.delete(row)


def _entries(session: Session) -> dict[str, AbbreviationEntry]:
    entries = dict(_BUILT_IN)
    for row in session.scalars(select(Abbreviation)):
        built_in: Origin = "changed" if row.names else "removed"
        origin = built_in if row.key in _BUILT_IN else "own"
        revision = row.id * REVISIONS_EACH + row.revision
        entries[row.key] = AbbreviationEntry(row.key, row.short, tuple(row.names), origin, revision)
    return entries


def _get(session: Session, key: str) -> AbbreviationEntry:
    found = _entries(session).get(key)
    if found is None:
        raise NotFound
    return found


def _for_change(session: Session, key: str, revision: int | None) -> AbbreviationEntry:
    # Not `editing.for_change`: what is built in has no row that could be locked.
    forms.one_at_a_time(session, Abbreviation)
    known = _get(session, key)
    if revision is not None:
        forms.check_revision(known.revision, revision)
    return known


def _row(session: Session, key: str) -> Abbreviation | None:
    return session.scalar(select(Abbreviation).where(Abbreviation.key == key))


def _add(session: Session, row: Abbreviation) -> Abbreviation:
    if (session.scalar(select(func.count()).select_from(Abbreviation)) or 0) >= MAX_ROWS:
        raise Invalid(Message("Bảng đã đầy; hãy bỏ bớt những từ viết tắt không dùng."))
    session.add(row)
    # The column's own default comes only with the flush.
    row.revision = 0
    return row


def _save(session: Session, actor: Actor, wanted: AbbreviationEntry, known: AbbreviationEntry | None) -> AbbreviationEntry:
    row = _row(session, wanted.key) or _add(session, Abbreviation(key=wanted.key))
    row.short, row.names = wanted.short, list(wanted.names)
    forms.bump(row)
    details = {"names": [list(known.names) if known else [], row.names]}
    log.record(session, actor, "abbreviation:edit", "site", None, wanted.short, details=details)
    return wanted


def _key(short: str) -> str:
    key = spelling(short).replace(" ", "-")
    if len(short) > LONGEST_SHORT or not 2 <= len(key) <= LONGEST_SHORT or key.count("-") > 3:
        raise Invalid(Message("Hãy ghi từ viết tắt có từ 2 đến 30 chữ cái hoặc chữ số."), "short")
    return key


def _names(short: str, text: str) -> tuple[str, ...]:
    """The full names, one a line, each once."""
    names = tuple(dict.fromkeys(clean_lines(text)))
    if not 1 <= len(names) <= MAX_NAMES:
        raise Invalid(Message("Hãy ghi từ 1 đến 5 tên đầy đủ, mỗi dòng một tên."), "names")
    for name in names:
        if len(name) > LONGEST_NAME or not 1 <= len(syllables(name)) <= MOST_SYLLABLES:
            raise Invalid(Message("Tên đầy đủ dài nhất 20 tiếng, 120 ký tự."), "names")
        if spelling(name) == spelling(short):
            raise Invalid(Message("Tên đầy đủ phải khác từ viết tắt."), "names")
    return names
