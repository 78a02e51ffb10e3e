"""Conferences of staff for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docmgr import db
from docmgr.models import Conference
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.conferences import records, tied, votes
from docmgr.services.conferences.records import ConferenceInput
from docmgr.services.conferences.votes import VoteInput
from docmgr.services.people import units

HELD = dt.date(2026, 1, 20)


def unit(name: str = "Trường thử") -> int:
    """The id of a unit of this name."""
    return units.named(COMMAND_LINE, name).id


def given(unit_id: int, **more: Any) -> ConferenceInput:
    """A conference of 2025 to which 60 were summoned and 50 came, with fields changed."""
    fields: dict[str, Any] = {"year": 2025, "held_on": HELD, "starts_at": "8h30", "place": "Hội trường", "invited": 60, "present": 50}
    return ConferenceInput(unit_id=unit_id, **{**fields, **more})


def held(actor: Actor, unit_id: int | None = None, **more: Any) -> int:
    """A conference that is stored; returns its id."""
    return records.create(actor, given(unit() if unit_id is None else unit_id, **more))


def conference(conference_id: int) -> Conference:
    """The conference as it is now."""
    db.release()
    with db.read() as session:
        return session.get_one(Conference, conference_id)


def resolved(actor: Actor, unit_id: int, document_id: int) -> tuple[int, int]:
    """A conference with a vote and this document as its resolution; returns the ids of the conference and the vote."""
    one = held(actor, unit_id)
    vote = votes.create(actor, one, VoteInput("Thông qua nghị quyết", 45, 5))
    tied.add(actor, one, f"#{document_id}", "resolution")
    return one, vote
