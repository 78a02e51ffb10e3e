"""The conference of the demonstration agency, with its votes and resolution, and the tasks that came of it."""

from __future__ import annotations

from docmgr.demo import conference as told
from docmgr.services.conferences import checking, records, tied, votes
from docmgr.services.conferences.records import ConferenceInput
from docmgr.services.conferences.votes import VoteInput
from docmgr.services.planning import tasks
from docmgr.services.upkeep.staging.stage import Stage, anchor_of


def hold(stage: Stage) -> None:
    """Record the conference of the year; points of its resolution become tasks of the plan. A school prepares its own."""
    clerk, resolution = stage.actors["vanthu"], stage.papers[told.RESOLUTION]
    given = ConferenceInput(
        stage.year, stage.units["BGĐ"], "annual", stage.day(told.HELD), "8:00", told.PLACE, told.CHAIR, told.SECRETARY, stage.say(told.AGENDA),
        told.INVITED, told.PRESENT,
    )  # fmt: skip
    one = records.create(clerk, given)
    for question, *counts in told.VOTES:
        votes.create(clerk, one, VoteInput(question, *counts))
    tied.add(clerk, one, f"#{resolution}", "resolution")
    records.announce(clerk, one, stage.day(told.ANNOUNCED), revision=None)
    checking.make(clerk, one, stage.plan)
    for title, unit, quote, due, state in told.POINTS:
        point = tasks.TaskInput(
            title, lead_id=stage.units[unit], due_on=stage.day(due), state=state, document_id=resolution,
            anchor=anchor_of(clerk, resolution, quote), quote=quote,
        )  # fmt: skip
        tasks.create(clerk, stage.plan, point)
    prepared = ConferenceInput(
        stage.year, stage.units["THPTM1"], "annual", stage.day("{year}-12-28"), "14:00", told.SCHOOL_PLACE, told.SCHOOL_CHAIR, "",
        told.SCHOOL_AGENDA, told.SCHOOL_INVITED,
    )  # fmt: skip
    records.create(stage.actors["truong"], prepared)
