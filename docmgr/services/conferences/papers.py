"""Draft the papers of a conference as DOCX: invitation, minutes and resolution, from its record alone. No words of a document are in them."""

from __future__ import annotations

from dataclasses import dataclass

from docmgr import db
from docmgr.models import ParticipationRule
from docmgr.policy import Actor
from docmgr.services.conferences import lists, records, rules
from docmgr.services.conferences.lists import ConferenceView
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.paper_templates import making
from docmgr.services.people import agency
from docmgr.services.trail import log
from docmgr.writing.conferences.conference import Ballot, ConferencePaper
from legaltext import dates

KINDS = {"invitation": "Giấy mời", "minutes": "Biên bản hội nghị", "resolution": "Dự thảo nghị quyết"}


@dataclass(frozen=True)
class PaperFile:
    """A paper as a file. `notice` says that the agency's own form of it failed."""

    name: str
    body: bytes
    notice: Message | None = None


def write(actor: Actor, conference_id: int, kind: str) -> PaperFile:
    """Write a paper of a conference, a key of KINDS, and record an event. Raises Denied when the actor's roles may not read plans, NotFound, and
    Invalid for an unknown kind or when the machine is busy."""
    from docmgr.writing.conferences import papers_docx

    if kind not in KINDS:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), "kind")
    view = lists.get(actor, conference_id)
    (name, write_it), said = papers_docx.KINDS[kind], _paper(view)
    made = making.make(f"conference_{kind}", said, lambda: write_it(said))
    file = PaperFile(f"{name}-hoi-nghi-{view.row.year}.docx", made.body, made.notice)
    with db.write() as session:
        log.record(session, actor, "conference:paper", "conference", conference_id, records.label(view.row), details={"file": file.name, **made.details()})
    return file


def _paper(view: ConferenceView) -> ConferencePaper:
    row, own = view.row, agency.name()
    quorum, passing = view.rules.get("quorum"), view.rules.get("passing")
    return ConferencePaper(
        unit=row.unit.name,
        superior=own if own.casefold() != row.unit.name.casefold() else "",
        year=row.year,
        annual=row.kind == "annual",
        day=dates.today(),
        held_on=row.held_on,
        starts_at=row.starts_at or "",
        place=row.place or "",
        chair=row.chair or "",
        secretary=row.secretary or "",
        agenda=tuple(line for line in (row.agenda or "").splitlines() if line.strip()),
        invited=row.invited,
        present=row.present,
        enough=bool(view.enough),
        quorum=_part(quorum),
        passing=_part(passing),
        basis=quorum.basis if quorum is not None else "",
        checked_every=view.rules["checking"].amount if "checking" in view.rules else None,
        ballots=tuple(Ballot(one.vote.question, one.vote.agree, one.vote.disagree, one.vote.other, one.passed) for one in view.votes),
    )


def _part(rule: ParticipationRule | None) -> str:
    return rules.said(rule) if rule is not None else ""
