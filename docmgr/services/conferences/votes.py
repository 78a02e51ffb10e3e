"""The votes of a conference: one row for each question. They are guarded by the row of the conference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Conference, ConferenceVote
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.conferences import checks, records
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.trail import log
from legaltext.text import clean_line

MOST, QUESTION = 100, 500
NOT_HELD = Message("Chưa ghi đủ số người dự theo quy định nên chưa ghi được biểu quyết, nghị quyết.")


@dataclass(frozen=True)
class VoteInput:
    """The fields of the form for a vote: the question and how many agreed, disagreed and had another opinion; None counts as 0."""

    question: str
    agree: int | None = None
    disagree: int | None = None
    other: int | None = None


def get(actor: Actor, vote_id: int) -> ConferenceVote:
    """Load a vote. Raises Denied when the actor's roles may not read plans, and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        return forms.loaded(session, ConferenceVote, vote_id)


def create(actor: Actor, conference_id: int, given: VoteInput) -> int:
    """Add a vote to a conference and return its id. Raises Denied, NotFound, and Invalid with the field that is wrong, also when more voted
    than came, or the conference was not held."""
    with db.write() as session:
        conference = records.for_change(session, actor, conference_id)
        many = session.scalar(select(func.count(ConferenceVote.id)).where(ConferenceVote.conference_id == conference.id)) or 0
        if many >= MOST:
            raise Invalid(Message("Một hội nghị ghi nhiều nhất %(most)s lần biểu quyết.", most=MOST))
        vote = ConferenceVote(conference_id=conference.id)
        _fill(session, conference, vote, given)
        session.add(vote)
        records.changed(session, conference)
        _record(session, actor, "conference:vote", conference, forms.filled(_shown(vote)))
        return vote.id


def edit(actor: Actor, vote_id: int, given: VoteInput, *, revision: int | None) -> None:
    """Change a vote. `revision` is its revision when the form was opened; None means that there was no form. Raises Denied, NotFound, Conflict,
    and Invalid."""
    with db.write() as session:
        conference, vote = _locked(session, actor, vote_id, revision)
        before = _shown(vote)
        _fill(session, conference, vote, given)
        details = forms.differences(before, _shown(vote))
        if details["changes"]:
            forms.bump(vote)
            records.changed(session, conference)
            _record(session, actor, "conference:vote", conference, {"about": vote.question, **details})


def delete(actor: Actor, vote_id: int, *, revision: int | None) -> int:
    """Delete a vote; returns the id of its conference. Raises Denied, NotFound and Conflict."""
    with db.write() as session:
        conference, vote = _locked(session, actor, vote_id, revision)
        shown = forms.filled(_shown(vote))
        session.delete(vote)
        records.changed(session, conference)
        _record(session, actor, "conference:unvote", conference, shown)
        return conference.id


def _locked(session: Session, actor: Actor, vote_id: int, revision: int | None) -> tuple[Conference, ConferenceVote]:
    conference_id = forms.loaded(session, ConferenceVote, vote_id).conference_id
    conference = records.for_change(session, actor, conference_id)
    return conference, forms.for_change(session, ConferenceVote, vote_id, revision)


def _fill(session: Session, conference: Conference, vote: ConferenceVote, given: VoteInput) -> None:
    question = forms.required(clean_line(given.question), Message("Hãy ghi nội dung biểu quyết."), "question", QUESTION)
    if not checks.is_valid(session, conference):
        raise Invalid(NOT_HELD)
    counts = (given.agree or 0, given.disagree or 0, given.other or 0)
    if not any(counts):
        raise Invalid(Message("Hãy ghi số người tán thành, không tán thành hoặc ý kiến khác."), "agree")
    if sum(counts) > (conference.present or 0):
        message = Message("Tổng số biểu quyết (%(sum)s) nhiều hơn số người dự (%(count)s).", sum=sum(counts), count=conference.present or 0)
        raise Invalid(message, "agree")
    vote.question = question
    vote.agree, vote.disagree, vote.other = counts


def _shown(vote: ConferenceVote) -> dict[str, Words | None]:
    return {
        "Nội dung biểu quyết": vote.question,
        "Tán thành": str(vote.agree),
        "Không tán thành": str(vote.disagree),
        "Ý kiến khác": str(vote.other),
    }


def _record(session: Session, actor: Actor, action: str, conference: Conference, details: Mapping[str, Any]) -> None:
    log.record(session, actor, action, "conference", conference.id, records.label(conference), details=dict(details))
