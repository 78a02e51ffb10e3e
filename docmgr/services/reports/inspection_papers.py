"""The papers of an inspection as DOCX: the minutes, and the notice of its conclusion. They say what the page of the inspection shows the reader."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Finding, Inspection, InspectionCheck, Link
from docmgr.policy import Actor
from docmgr.services.cases.export import slug
from docmgr.services.documents import references
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import inspections
from docmgr.services.inspection.checklists.words import RESULTS
from docmgr.services.inspection.inspections import InspectionView
from docmgr.services.inspection.lists import FINDING_STATES, SEVERITIES, FindingRow, RecommendationRow
from docmgr.services.links import links
from docmgr.services.links.links import LinkRow
from docmgr.services.message import Message
from docmgr.services.paper_templates import making
from docmgr.services.paper_templates.making import MadePaper
from docmgr.services.people import agency
from docmgr.services.reports import wording
from docmgr.services.reports.wording import Address, ReportFile
from docmgr.services.trail import log
from docmgr.writing.reports.inspection import InspectionPaper, PaperFinding, PaperRecommendation
from docmgr.writing.reports.plan_report import Figure
from legaltext import dates

# Paper → what it is called, and how its file begins.
PAPERS = {"minutes": ("Biên bản kiểm tra", "bien-ban-kiem-tra"), "notice": ("Thông báo kết luận kiểm tra", "thong-bao-ket-luan")}
# So many findings, recommendations and links go into a paper.
MOST_ROWS = 500


def write(actor: Actor, inspection_id: int, paper: str, address: Address) -> ReportFile:
    """Write a paper, a key of PAPERS, and record an event. `address` makes the address of the "inspection" with what is chosen there.
    Raises Denied when the actor's roles may not read inspections, NotFound when there is no such inspection, and Invalid when the paper is
    unknown or the machine is busy."""
    if paper not in PAPERS:
        raise Invalid(Message("Hãy chọn biên bản hoặc thông báo kết luận."), "paper")
    view = inspections.get(actor, inspection_id, limit=MOST_ROWS)
    made = written(gather(actor, view, tied(actor, inspection_id), address), paper)
    file = ReportFile(f"{PAPERS[paper][1]}-{slug(view.row.title)}.docx", made.body, made.notice)
    with db.write() as session:
        inspection = session.get(Inspection, inspection_id)
        if inspection is None:
            raise NotFound
        log.record(session, actor, "inspection:paper", "inspection", inspection_id, inspection.title, details={"file": file.name, **made.details()})
    return file


def written(paper: InspectionPaper, name: str) -> MadePaper:
    """The paper with this name, a key of PAPERS, in the form of the agency if it has one."""
    from docmgr.writing.reports import inspection_docx

    built_in = inspection_docx.minutes if name == "minutes" else inspection_docx.notice
    return making.make(f"inspection_{name}", paper, lambda: built_in(paper))


def tied(actor: Actor, inspection_id: int, most: int = MOST_ROWS) -> list[LinkRow]:
    """The newest links, `most` at most, of an inspection and of its findings that apply, to documents that the actor may read."""
    of_findings = select(Finding.id).where(Finding.inspection_id == inspection_id)
    mine = or_(Link.inspection_id == inspection_id, Link.finding_id.in_(of_findings))
    return links.link_rows(actor, select(Link).where(mine, Link.ended_at.is_(None)).order_by(Link.id.desc()).limit(most))


def gather(actor: Actor, view: InspectionView, held: Sequence[LinkRow], address: Address) -> InspectionPaper:
    """Put together what the papers say of an inspection with its links `held`."""
    with db.read() as session:
        documents = references.documents(session, actor, (link.document.id for link in held if link.role == "basis"))
        results = _results(session, view.row.id)
    bases = [wording.named(documents[link.document.id]) for link in held if link.role == "basis" and link.document.id in documents]
    shown = dict.fromkeys(link.document.label for link in held if link.role in ("evidence", "result"))
    row = view.row
    return InspectionPaper(
        agency=agency.name(),
        title=row.title,
        unit=row.unit or "",
        team=view.team or "",
        period=view.period or "",
        plan=view.plan_title or "",
        started_on=row.started_on,
        ended_on=row.ended_on,
        day=row.ended_on or dates.today(),
        bases=wording.bases(bases),
        results=results,
        documents=tuple(shown),
        findings=tuple(_finding(one, held) for one in view.findings[:MOST_ROWS]),
        findings_total=row.findings,
        recommendations=tuple(_recommendation(one) for one in view.recommendations[:MOST_ROWS]),
        recommendations_total=view.recommendations_total,
        figures=_figures(view, address("inspection", inspection_id=row.id)),
        conclusion=view.conclusion or "",
    )


def _results(session: Session, inspection_id: int) -> tuple[str, ...]:
    """The lines that were looked at, each with its result and note."""
    order = InspectionCheck.place, InspectionCheck.id
    lines = session.scalars(select(InspectionCheck).where(InspectionCheck.inspection_id == inspection_id).order_by(*order).limit(MOST_ROWS))
    return tuple(f"- {one.text.rstrip(' .;')}: {RESULTS[one.result].lower()}{f' ({one.note})' if one.note else ''};" for one in lines)


def _finding(one: FindingRow, held: Sequence[LinkRow]) -> PaperFinding:
    against = [link for link in held if link.role == "checked_against" and link.subject.kind == "finding" and link.subject.id == one.id]
    places = tuple(f"{link.provision.label} {link.document.label}" if link.provision else link.document.label for link in against)
    return PaperFinding(one.text, SEVERITIES[one.severity], one.unit or "", dates.printed(one.due_on), FINDING_STATES[one.state], places)


def _recommendation(one: RecommendationRow) -> PaperRecommendation:
    answer = f"{one.answer or ''} {f'(ngày {dates.printed(one.answered_on)})' if one.answered_on else ''}".strip()
    return PaperRecommendation(one.text, one.unit or "", f"ngày {dates.printed(one.due_on)}" if one.due_on else "", answer)


def _figures(view: InspectionView, page: str) -> tuple[Figure, ...]:
    """The numbers of findings and recommendations, which the page of the inspection lists."""
    row = view.row
    return (
        Figure("Số phát hiện", row.findings, f"{page}#findings-head"),
        Figure("Trong đó chưa khắc phục", row.open_findings, f"{page}#findings-head"),
        Figure("Số kiến nghị", view.recommendations_total, f"{page}#recommendations-head"),
        Figure("Trong đó chưa được trả lời", row.unanswered, f"{page}#recommendations-head"),
    )
