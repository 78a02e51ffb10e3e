"""Abbreviations (từ viết tắt) that the search engine understands: the built-in ones, as administrators have changed
them, and those that they added."""

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

# The messages of Invalid contain these limits.
MAX_ROWS, MAX_NAMES = 1000, 5
LONGEST_SHORT, LONGEST_NAME, MOST_SYLLABLES = 30, 120, 20
Origin = Literal["built_in", "changed", "own", "removed"]
# The distance between the revisions of a row and those of its successor: a row that is created again never has a
# revision that a form has seen before.
REVISIONS_EACH = 10_000


@dataclass(frozen=True)
class AbbreviationEntry:
    """An abbreviation. `short` is its printed form, and `names` are its meanings; no meanings mean that the
    abbreviation was removed. `key` names it in addresses. `origin` tells whether it is built in, changed, the site's
    own or removed. `revision` is 0 for a built-in one that nobody has changed."""

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


_DELIVERED = {entry.short: entry.names for entry in _BUILT_IN.values()}


def table(session: Session) -> Mapping[str, tuple[str, ...]]:
    """Load the meanings of each abbreviation, in the form that the search engine takes: the keys are printed forms.
    Removed abbreviations are missing."""
    entries = _entries(session)
    return _DELIVERED if entries is _BUILT_IN else {entry.short: entry.names for entry in entries.values() if entry.names}


def everything(actor: Actor) -> list[AbbreviationEntry]:
    """List all abbreviations in alphabetical order, removed ones included. Raises Denied when the actor is no
    administrator."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        return sorted(_entries(session).values(), key=lambda entry: (collation.key(entry.short), entry.key))


def get(actor: Actor, key: str) -> AbbreviationEntry:
    """Find the abbreviation with this key. Raises Denied when the actor is no administrator, and NotFound when there
    is no such abbreviation."""
    policy.require(actor, "abbreviation:manage")
    with db.read() as session:
        return _get(session, key)


def create(actor: Actor, *, short: str, names: str) -> AbbreviationEntry:
    """Create an abbreviation and return it. `short` is the abbreviation, and `names` has one meaning per line. Raises
    Denied when the actor is no administrator. Raises Invalid when the abbreviation exists, the table is full, the
    abbreviation or a meaning is too long or too short, or a meaning is the same as the abbreviation."""
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
    """Change the meanings of an abbreviation; `names` has one meaning per line. `revision` is the revision when the
    form was opened; None means that there was no form. Raises Denied when the actor is no administrator, NotFound
    when there is no such abbreviation, Conflict when the revision has changed, and Invalid when there are no or too
    many meanings, or one is too long or the same as the abbreviation."""
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        known = _for_change(session, key, revision)
        changed = AbbreviationEntry(key, known.short, _names(known.short, names), known.origin)
        if changed.names != known.names:
            _save(session, actor, changed, known)


def remove(actor: Actor, key: str, *, revision: int | None) -> None:
    """Remove the abbreviation with the key `key`.

    A built-in one can be restored afterwards. `revision` is the revision that the page showed; None means that there
    was no page. Raises Denied when the actor is no administrator, NotFound when there is no such abbreviation or it
    was removed already, and Conflict when the revision has changed.
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
    """Give a built-in abbreviation its original meanings again. `revision` is the revision that the page showed; None
    means that there was no page. Raises Denied when the actor is no administrator, NotFound when it is not built in
    or nobody has changed it, and Conflict when the revision has changed."""
    policy.require(actor, "abbreviation:manage")
    with db.write() as session:
        _for_change(session, key, revision)
        row, original = _row(session, key), _BUILT_IN.get(key)
        if row is None or original is None:
            raise NotFound
        details = {"names": [row.names, list(original.names)]}
        log.record(session, actor, "abbreviation:restore", "site", None, original.short, details=details)
        session.delete(row)


_ROWS = select(Abbreviation)


def _entries(session: Session) -> Mapping[str, AbbreviationEntry]:
    rows = session.scalars(_ROWS).all()
    if not rows:
        return _BUILT_IN
    entries = dict(_BUILT_IN)
    for row in rows:
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
    # Not `forms.for_change`, because a built-in abbreviation has no row that could be locked.
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
    # The column's default value is only set by the flush.
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
    """Read the meanings of the abbreviation `short` from `text`, which has one per line; repetitions are left out.
    Raises Invalid when there are none or too many, or when one is too long or the same as the abbreviation."""
    names = tuple(dict.fromkeys(clean_lines(text)))
    if not 1 <= len(names) <= MAX_NAMES:
        raise Invalid(Message("Hãy ghi từ 1 đến 5 tên đầy đủ, mỗi dòng một tên."), "names")
    for name in names:
        if len(name) > LONGEST_NAME or not 1 <= len(syllables(name)) <= MOST_SYLLABLES:
            raise Invalid(Message("Tên đầy đủ dài nhất 20 tiếng, 120 ký tự."), "names")
        if spelling(name) == spelling(short):
            raise Invalid(Message("Tên đầy đủ phải khác từ viết tắt."), "names")
    return names
