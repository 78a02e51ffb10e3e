"""Put a new reading of a version in place of the old one, or keep the old one and note why.

Confirmed facts, relations and links of people stay. What is equal is not written, so that a reading that brings nothing
new costs no index job and leaves no event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.db import Base
from docmgr.models import Citation, Document, KeptReading, Provision, Signature, Version
from docmgr.policy import WORKER
from docmgr.reading.generation import READER_VERSION
from docmgr.reading.types import TEXT, Reading
from docmgr.services.documents import facts, lifecycle
from docmgr.services.documents.rereading import obligations, places, rows
from docmgr.services.documents.rereading.places import Move
from docmgr.services.trail import log

ACCEPT, KEEP = "accept", "keep"
# Why an old reading was kept: KeptReading.reason.
PLACES, NO_TEXT, INTERNAL = "places", "no_text", "internal"


def replace(session: Session, document: Document, version: Version, reading: Reading) -> bool:
    """Save a new reading of a version that was read before, in the open unit of work. The caller holds the document and
    the version (`places.hold`). Returns False when the old reading was kept."""
    found = reading.interpretation.provisions if reading.interpretation is not None else ()
    moves: Sequence[Move] = ()
    if version.outcome == TEXT:
        if reading.outcome != TEXT:
            put_off(session, version, NO_TEXT)
            return False
        moves = places.lost(session, document, version, found)
        if moves and not _accepted(session, version, moves):
            put_off(session, version, PLACES, moves)
            return False
    places.move(session, document, version, moves)
    changes = _exchange(session, version, reading)
    changed_facts = _facts(document, version, reading)
    if reading.interpretation is not None and version.files:
        facts.keep_read(version.files[0], reading)
    again, version.read_again = version.read_again, False
    version.reader, version.read_at = READER_VERSION, db.now()
    session.execute(delete(KeptReading).where(KeptReading.version_id == version.id))
    if not changes and not changed_facts and not moves:
        return True
    if changed_facts or changes.keys() - {"signatures", "obligations"}:
        lifecycle.touch(session, document)
    details: dict[str, Any] = {"no": version.no, "changes": changes, "asked": again or None}
    details |= {"facts": changed_facts or None, "moved": [f"{one.label} → {one.to_label or '–'}" for one in moves] or None}
    log.document_event(session, WORKER, "document:reread", document, {k: v for k, v in details.items() if v is not None})
    return True


def _accepted(session: Session, version: Version, moves: Sequence[Move]) -> bool:
    """Whether a person has accepted exactly these moves. Those that the person was shown may be older."""
    kept = session.get(KeptReading, version.id)
    return kept is not None and kept.decision == ACCEPT and kept.moves == [one.plain() for one in moves]


def put_off(session: Session, version: Version, reason: str, moves: Sequence[Move] = ()) -> None:
    """Keep the old reading of a version, and note why: PLACES, NO_TEXT or INTERNAL. When people had asked to read it
    another way, it stays as it was."""
    kept = session.get(KeptReading, version.id)
    if kept is None:
        kept = KeptReading(version_id=version.id)
        session.add(kept)
    kept.reader, kept.reason, kept.decision = READER_VERSION, reason, None
    kept.moves, kept.as_written = [one.plain() for one in moves], version.as_written
    # How it was read is seen from its text, which is left as it is.
    version.read_again = False
    if version.encodings:
        version.as_written = version.text_before is None


def _exchange(session: Session, version: Version, reading: Reading) -> dict[str, list[int]]:
    """Write what differs. Returns (old number, new number) of what changed, by its name in the trail."""
    found = reading.interpretation
    changes: dict[str, list[int]] = {}
    text = found.text if found is not None else None
    former = version.text or ""
    if text != version.text:
        changes["characters"] = [len(version.text or ""), len(text or "")]
        version.text = text
    for name, table, new in (
        ("provisions", Provision, rows.provisions(version.id, found.provisions if found else ())),
        ("citations", Citation, rows.citations(version.id, found.citations if found else ())),
        ("signatures", Signature, rows.signatures(version.id, reading.signatures)),
    ):
        if table is Signature and not new and len(version.files) > 1:
            # They may be those of a further file, which is not read again.
            continue
        numbers = _exchanged(session, table, version.id, new)
        if numbers is not None:
            changes[name] = numbers
    numbers = obligations.exchange(session, version, former, found)
    if numbers is not None:
        changes["obligations"] = numbers
    return changes


def _exchanged(session: Session, table: Any, version_id: int, new: Sequence[Base]) -> list[int] | None:
    """Exchange the rows of a version in `table` for the `new` ones. Returns (old number, new number), or None when they
    are the same."""
    columns = [column.key for column in table.__table__.columns if column.key not in ("id", "version_id")]
    stored = session.scalars(select(table).where(table.version_id == version_id).order_by(table.position)).all()
    old = [tuple(getattr(row, key) for key in columns) for row in stored]
    if old == [tuple(getattr(row, key) for key in columns) for row in new]:
        return None
    session.execute(delete(table).where(table.version_id == version_id))
    session.add_all(new)
    return [len(old), len(new)]


def _facts(document: Document, version: Version, reading: Reading) -> int:
    """Propose the facts anew that nobody has confirmed, if the version is the newest. Returns how many changed."""
    if version.no != document.current_no or reading.interpretation is None:
        return 0
    before = {row.field: row.value for row in document.facts}
    facts.propose(document, reading)
    return sum(1 for row in document.facts if row.value != before.get(row.field))
