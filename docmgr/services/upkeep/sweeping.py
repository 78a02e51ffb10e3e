"""Removing what no row names: bytes whose transaction never came, and uploads that were never written to their end.

Bytes are put in the store before their row, so that no row is ever without them; a crash in between leaves them. Acts
for nobody. Leaves how bytes are removed to docmgr.storage.
"""

from __future__ import annotations

import logging

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import File
from docmgr.services.documents import intake

# From the last byte of an upload to its row are seconds; an hour allows for a machine that was asleep.
AGE_SECONDS = 3600.0

log = logging.getLogger(__name__)


def sweep(age_seconds: float = AGE_SECONDS) -> int:
    """Remove half-written uploads, and stored bytes that no row names, older than this; how many files went."""
    storage = context.current().storage
    gone = storage.clear_unfinished(age_seconds)
    db.release()
    with db.read() as session:
        known = set(session.scalars(select(File.sha256)))
    if not known:
        # A new site, or one that a backup is being put back into: its files come long before its rows.
        return gone
    for sha256 in [file.sha256 for file in storage.list() if file.age_seconds > age_seconds]:
        if sha256 not in known and _sweep_one(sha256, age_seconds):
            log.warning("removed bytes that belong to no document: %s", sha256)
            gone += 1
    return gone


def _sweep_one(sha256: str, age_seconds: float) -> bool:
    """Whether the bytes went. Asked again under their lock: whoever is about to name them holds it."""
    with db.write() as session:
        intake.lock(session, sha256)
        if session.scalar(select(File.id).where(File.sha256 == sha256).limit(1)) is not None:
            return False
        return context.current().storage.sweep(sha256, age_seconds)
