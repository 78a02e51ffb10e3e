"""Switch the share links of the whole site off and on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Agency
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.people import agency
from docmgr.services.trail import log


def is_on(session: Session) -> bool:
    """Whether share links may be made and opened, as they may on a site that stored nothing."""
    return session.scalar(select(Agency.share_links).where(Agency.id == agency.KEY)) is not False


def turn(actor: Actor, on: bool) -> None:
    """Switch share links on or off. Links that were made before work again once they are on. Nothing happens when it is so
    already. Raises Denied when the actor is no administrator."""
    policy.require(actor, "share_link:manage")
    with db.write() as session:
        row = agency.for_change(session)
        if row.share_links is on:
            return
        row.share_links = on
        forms.bump(row)
        log.record(session, actor, "share_link:switch", "site", None, agency.of_row(row).name or "docmgr", details={"on": on})
