"""Act as the people of a test: upload, and let the worker do what waits."""

from __future__ import annotations

import io

from docmgr import worker
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.documents import upload as documents


def actor_of(user: User) -> Actor:
    """The person as an actor."""
    return Actor(
        user_id=user.id,
        label=user.full_name,
        unit_id=user.unit_id,
        unit_label=user.unit.name if user.unit else None,
        roles=frozenset(row.role for row in user.roles),
    )


def upload(actor: Actor, content: bytes, name: str = "van-ban.docx", *, publish: bool = False) -> int:
    """Store one file as a new document and return its id."""
    done = documents.upload(actor, io.BytesIO(content), name, publish=publish)
    assert done.outcome == "stored", done
    assert done.document_id is not None
    return done.document_id


def work(site: Context) -> None:
    """Let the worker do everything that waits."""
    worker.run_until_idle(site)
