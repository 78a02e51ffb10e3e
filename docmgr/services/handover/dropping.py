"""Let go of the bytes of packages for the archive, so that upkeep.sweeping removes them: after some days, and as soon as something in one may no longer be sent to anybody,
for example because its content was taken away as secret."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from docmgr import db
from docmgr.models import Handover
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.cases import packing
from docmgr.services.handover import words


def drop(actor: Actor, now: dt.datetime | None = None) -> int:
    """Let go of the bytes of packages that are too old or have something that nobody may have any more. `actor` is the worker.
    Returns of how many."""
    if not actor.everything:
        raise Denied("handover:make")
    before = (now or db.now()) - dt.timedelta(days=words.KEPT_DAYS)
    with db.read() as session:
        stored = list(session.scalars(select(Handover).where(Handover.sha256.is_not(None)).order_by(Handover.id)))
    return sum(_dropped(one) for one in stored if _old(one, before) or not _sendable(actor, one))


def _old(one: Handover, before: dt.datetime) -> bool:
    return one.made_at is None or one.made_at < before


def _sendable(actor: Actor, one: Handover) -> bool:
    contents = one.contents or {"documents": [], "files": []}
    return {(number, sha256) for number, sha256 in contents["files"]} <= packing.sendable(actor, contents["documents"])


def _dropped(one: Handover) -> bool:
    with db.write() as session:
        held = forms.locked(session, Handover, one.id)
        if held.sha256 != one.sha256:
            return False
        held.sha256 = None
        forms.bump(held)
    return True
