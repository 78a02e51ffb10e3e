"""Suggest values for the facts of a document: those that other documents of the site have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import or_, select

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule
from legaltext import doctypes
from legaltext.text import fold

# The facts that have suggestions.
FIELDS = ("type", "issuer", "place", "signer", "position")
# How many suggestions one answer has, and how many the page offers before anything is typed.
MOST, FIRST = 20, 8
# Suggestions come from so many documents, the newest ones.
LOOKED_AT = 3000
_COLUMNS = {
    "type": Document.type,
    "issuer": Document.issuer,
    "place": Document.place,
    "signer": Document.signer,
    "position": Document.position,
}


def likely(actor: Actor, document_id: int) -> dict[str, list[str]]:
    """List the most frequent values of each fact, for the form of the document `document_id`. Returns at most FIRST
    values by field, the most frequent first. Raises Denied when the actor's roles may not read documents."""
    return {field: _listed(found, "", FIRST) for field, found in _counted(actor, FIELDS, document_id).items()}


def matching(actor: Actor, field: str, typed: str) -> list[str]:
    """List at most MOST values of the fact `field` that contain all words of `typed`. Diacritics and capitals do not
    matter, and the last word may be half typed. The most frequent value comes first. Empty when `field` has no
    suggestions. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    if field not in FIELDS:
        return []
    found = _counted(actor, (field,), None)[field]
    if field == "type":
        # Types that no document has yet come after those that are in use.
        found.update({name: 0 for name in sorted(doctypes.NAMES) if name not in found})
    return _listed(found, typed, MOST)


def _counted(actor: Actor, fields: tuple[str, ...], but: int | None) -> Mapping[str, Counter[str]]:
    """Count the values of the newest documents that the actor may read. Drafts that nobody has confirmed do not count,
    because a program has guessed their facts."""
    require(actor, "document:read")
    settled = or_(Document.confirmed_at.is_not(None), Document.workflow != "draft")
    query = select(*(_COLUMNS[field] for field in fields)).where(rule.visible(actor), settled, Document.id != (but or 0))
    counted: dict[str, Counter[str]] = {field: Counter() for field in fields}
    with db.read() as session:
        for row in session.execute(query.order_by(Document.id.desc()).limit(LOOKED_AT)):
            for field, value in zip(fields, row, strict=True):
                if value:
                    counted[field][value] += 1
    return counted


def _listed(found: Counter[str], typed: str, limit: int) -> list[str]:
    words = fold(typed).split()
    fitting = [value for value in found if _has(fold(value).split(), words)]
    return sorted(fitting, key=lambda value: (-found[value], value))[:limit]


def _has(words: list[str], wanted: list[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)
