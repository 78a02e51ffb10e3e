"""Switch the public page of the site on and off. It is off until an administrator switches it on."""

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
    """Whether everybody may open the public page."""
    return session.scalar(select(Agency.public_page).where(Agency.id == agency.KEY)) is True


def shown(actor: Actor) -> bool:
    """The same, for a page. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        return is_on(session)


def turn(actor: Actor, on: bool) -> None:
    """Switch the public page on or off. Nothing happens when it is so already. Raises Denied when the actor is no administrator."""
    policy.require(actor, "agency:manage")
    with db.write() as session:
        row = agency.for_change(session)
        if bool(row.public_page) is on:
            return
        row.public_page = on
        forms.bump(row)
        log.record(session, actor, "publication:switch", "site", None, agency.of_row(row).name or "docmgr", details={"on": on})
