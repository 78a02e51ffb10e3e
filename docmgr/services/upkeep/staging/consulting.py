"""What people of the demonstration agency say when they are asked: a consultation that is over and one that is open; and a target figure."""

from __future__ import annotations

import datetime as dt

from docmgr.demo import agency, asked
from docmgr.demo.asked import AskedPaper
from docmgr.services.consulting import answering, opening, settling
from docmgr.services.consulting.answering import WHOLE, OpinionInput
from docmgr.services.consulting.opening import ConsultationInput
from docmgr.services.consulting.settling import ReceptionInput
from docmgr.services.planning import tasks
from docmgr.services.upkeep.staging.stage import Stage, anchor_of
from legaltext import dates


def consult(stage: Stage) -> None:
    """Ask people, and record what the tasks with a target have reached."""
    for one in asked.CONSULTATIONS:
        _ask(stage, one)
    clerk = stage.actors["vanthu"]
    for task_id, duty in zip(stage.duties, agency.DUTIES, strict=True):
        if duty.target is not None:
            tasks.set_state(clerk, task_id, duty.state, revision=tasks.get(clerk, task_id).revision, reached=asked.REACHED)


def _ask(stage: Stage, one: AskedPaper) -> None:
    clerk, document_id, today = stage.actors["vanthu"], stage.papers[one.text], dates.today()
    keys = tuple(f"user:{stage.actors[name].user_id}" for name in one.asked)
    number = opening.create(clerk, document_id, ConsultationInput(one.question, today, today + dt.timedelta(days=one.days), keys=keys))
    said = []
    for opinion in one.opinions:
        anchor = anchor_of(clerk, document_id, opinion.quote) if opinion.quote is not None else WHOLE
        said.append(answering.save(stage.actors[opinion.username], number, OpinionInput(anchor, opinion.stance, opinion.text)))
    if one.closed:
        opening.close(clerk, number)
        for opinion_id, opinion in zip(said, one.opinions, strict=True):
            if opinion.received is not None:
                settling.settle(clerk, number, opinion_id, ReceptionInput(*opinion.received))
