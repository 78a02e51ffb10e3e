"""The conference of the demonstration agency, with its votes and resolution."""

from __future__ import annotations

import datetime as dt

from docmgr.demo import conference as told
from docmgr.policy import Actor
from docmgr.services.conferences import records, tied, votes
from docmgr.services.conferences.records import ConferenceInput
from docmgr.services.conferences.votes import VoteInput


def hold(actor: Actor, unit_id: int, year: int, resolution: int) -> None:
    """Record the conference of a year, which was held on 5 February; `resolution` is the document of its resolution."""
    agenda = told.AGENDA.replace("{year}", str(year)).replace("{previous}", str(year - 1))
    given = ConferenceInput(
        year, unit_id, "annual", dt.date(year, 2, 5), "8:00", told.PLACE, told.CHAIR, told.SECRETARY, agenda, told.INVITED, told.PRESENT
    )  # fmt: skip
    one = records.create(actor, given)
    for question, *counts in told.VOTES:
        votes.create(actor, one, VoteInput(question, *counts))
    tied.add(actor, one, f"#{resolution}", "resolution")
