"""Publications for tests: a document that is made public, as its clerk records it."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

from sqlalchemy import select, update

from docmgr import db
from docmgr.models import Document, Publication, PublicationForm, PublicationRule
from docmgr.policy import Actor
from docmgr.services.openness import recording
from docmgr.services.openness.recording import PublicationInput
from legaltext import dates

_DELIVERED = importlib.import_module("docmgr.migrations.versions.0053_publications")
# What the forms and rules of a new site are called, and the law they name.
NAMES: tuple[str, ...] = (*_DELIVERED.FORMS, *(text for row in _DELIVERED.RULES for text in (row[0], row[3])))


def kind() -> int:
    """The id of a form of publication."""
    with db.read() as session:
        return session.scalars(select(PublicationForm.id).order_by(PublicationForm.id)).first() or 0


def rule(audience: str = "agency") -> int:
    """The id of the delivered rule for the agency or for everybody."""
    with db.read() as session:
        return session.scalars(select(PublicationRule.id).where(PublicationRule.audience == audience)).one()


def given(**more: Any) -> PublicationInput:
    """What a form says: public for everybody from today on, for 30 days, by no rule."""
    return PublicationInput(**{"audience": "public", "form_id": kind(), "starts_on": dates.today(), "days": 30, **more})


def made_public(clerk: Actor, document_id: int, **more: Any) -> int:
    """Record a publication and return its id."""
    return recording.create(clerk, document_id, given(**more))


def row(publication_id: int) -> Publication:
    """The publication as it is in the database now."""
    db.release()
    with db.read() as session:
        return session.get_one(Publication, publication_id)


def change(document_id: int, **values: Any) -> None:
    """Store other values in the row of a document."""
    with db.write() as session:
        session.execute(update(Document).where(Document.id == document_id).values(**values))


def ago(days: int) -> dt.date:
    """The day that many days before today."""
    return dates.today() - dt.timedelta(days=days)
