"""Remove unfinished uploads, and stored bytes that belong to no document.

Bytes are stored before the database gets the row that names them. A crash in between leaves bytes without a row.
"""

from __future__ import annotations

import logging

from sqlalchemy import CompoundSelect, Select, String, delete, select, type_coerce, union

from docmgr import context, db
from docmgr.models import Agency, CheckPhoto, File, Handover, PaperTemplate, Rendering, Tombstone
from docmgr.services.documents import intake

# In seconds. An upload gets its row seconds after its last byte; an hour allows for a machine that was asleep.
AGE_SECONDS = 3600.0

log = logging.getLogger(__name__)


def sweep(age_seconds: float = AGE_SECONDS) -> int:
    """Remove unfinished uploads, and stored bytes that no row of the database names. Only what is older than
    `age_seconds` is removed. Returns how many were removed. Stored bytes are never removed while the database names no
    file at all and has no tombstone, as during a restore."""
    storage = context.current().storage
    gone = storage.clear_unfinished(age_seconds)
    db.release()
    with db.read() as session:
        files = set(session.scalars(select(File.sha256)))
        purged = session.scalar(select(Tombstone.id).limit(1)) is not None
        known = {*session.scalars(originals()), *session.scalars(named_renderings()), *session.scalars(named_packages())}
    if not files and not purged:
        # A new site, or one into which a backup is being restored: its files come long before its rows. A site whose documents
        # were all deleted for good has tombstones.
        return gone
    for sha256 in [file.sha256 for file in storage.list() if file.age_seconds > age_seconds]:
        if sha256 not in known and _sweep_one(sha256, age_seconds):
            log.warning("removed bytes that belong to no document: %s", sha256)
            gone += 1
    return gone


def originals() -> CompoundSelect[str]:
    """Return a query of the hashes of all stored bytes that nothing can make again: uploaded files, photos of
    inspections, forms of papers, and the logo of the agency."""
    logo = select(type_coerce(Agency.logo_sha256, String).label("sha256")).where(Agency.logo_sha256.is_not(None))
    return union(select(File.sha256.label("sha256")), logo, select(CheckPhoto.sha256), select(PaperTemplate.sha256))


def named_renderings() -> Select[str]:
    """Return a query of the hashes of all PDFs that were rendered from files which are still there."""
    there = select(File.id).where(File.sha256 == Rendering.sha256).exists()
    pdf = type_coerce(Rendering.pdf_sha256, String)
    return select(pdf).where(Rendering.pdf_sha256.is_not(None), there).distinct()


def named_packages() -> Select[str]:
    """Return a query of the hashes of all packages for the archive that are stored. They can be made again."""
    return select(type_coerce(Handover.sha256, String)).where(Handover.sha256.is_not(None)).distinct()


def _sweep_one(sha256: str, age_seconds: float) -> bool:
    """Remove the bytes with the hash `sha256` if they are older than `age_seconds` and no row names them. Returns
    whether they were removed. Meanwhile no transaction can add such a row."""
    with db.write() as session:
        intake.lock(session, sha256)
        if session.scalar(select(File.id).where(File.sha256 == sha256).limit(1)) is not None:
            return False
        if session.scalar(select(CheckPhoto.id).where(CheckPhoto.sha256 == sha256).limit(1)) is not None:
            return False
        if session.scalar(select(PaperTemplate.id).where(PaperTemplate.sha256 == sha256).limit(1)) is not None:
            return False
        if session.scalar(select(Agency.id).where(Agency.logo_sha256 == sha256)) is not None:
            return False
        if session.scalar(named_renderings().where(Rendering.pdf_sha256 == sha256).limit(1)) is not None:
            return False
        if session.scalar(named_packages().where(Handover.sha256 == sha256)) is not None:
            return False
        session.execute(delete(Rendering).where(Rendering.pdf_sha256 == sha256))
        return context.current().storage.sweep(sha256, age_seconds)
