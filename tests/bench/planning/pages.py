"""The pages and files of plans, inspections, conferences, publications and consultations, and who asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from docmgr import db
from docmgr.models import ChecklistLine, Finding, Inspection, Occurrence, Recommendation
from docmgr.services.overview import gaps
from legaltext import dates
from tests.bench.planning.filling import Agency
from tests.bench.planning.openness import Opened

READERS = ("clerk", "head", "inspector", "auditor")
PAGE_MS, MATRIX_S, REPORT_S, FILE_S = 200, 1.0, 5.0, 5.0


@dataclass(frozen=True)
class Asked:
    """A page, or a file that is made of the form `form`, for one role. It is to take at most `most_ms`."""

    role: str
    address: str
    most_ms: float = PAGE_MS
    form: dict[str, str] | None = field(default=None, hash=False)


def every(made: Agency, opened: Opened) -> Iterator[Asked]:
    """List all of them."""
    yield from (Asked(role, address) for address in _read_by_all(made, opened) for role in READERS)
    yield from (Asked(role, f"/consultations/{opened.consultation}") for role in ("clerk", "head", "inspector"))
    yield from (Asked("clerk", address) for address in _forms(made, opened))
    yield from (Asked("auditor", address) for address in ("/trail", "/trail?unit=" + str(made.units[-1]), *(f"/trail/gaps?kind={kind}" for kind in gaps.KINDS)))
    yield from (Asked("administrator", address) for address in (
        "/", "/calendar", "/units", f"/units/{made.units[0]}", "/people", "/people/new", "/publication-rules", "/conferences/rules",
        "/consultation-rules", "/trail",
    ))  # fmt: skip
    yield from (Asked(role, f"/plans{plan}/matrix", 1000 * MATRIX_S) for plan in ("", f"/{made.plans[0]}") for role in READERS)
    yield from _files(made, opened)


def _read_by_all(made: Agency, opened: Opened) -> Iterator[str]:
    """Pages that everybody may ask for who reads plans."""
    plan, this, unit = f"/plans/{made.plans[0]}", dates.today().year, made.units[-1]
    yield from ("/", "/desk", "/desk?kind=task", "/notices", "/account/calendar", f"/waiting/units/{unit}")
    yield from ("/plans", f"/plans?year={this}", plan, f"{plan}?group=unit", f"{plan}/coverage", f"{plan}/timeline", "/tasks/mine", "/tasks/mine?who=unit")
    yield from ("/tasks", "/tasks?overdue=1", "/tasks?unproven=1", "/tasks?state=waiting", "/tasks?q=kiem+tra", f"/tasks?unit={unit}", "/tasks?target=missed")
    yield from (f"/tasks?plan={made.plans[0]}&kind=late", "/tasks?baseless=1", "/tasks?inspected=0", "/tasks?state=done&page=2", "/tasks/month", f"/tasks/month?plan={made.plans[0]}")
    each, once = f"/tasks/{made.spread[0]}", f"/tasks/{made.once[0]}"
    yield from (each, f"{each}?state=late", f"{each}?q=truong", once, f"/tasks/{made.spread[7]}", f"/occurrences/{_occurrence(made)}")
    inspection, finding, asked = _inspected(made)
    yield from ("/inspections", "/inspections?state=running", f"/inspections?unit={unit}", "/inspections?page=2", f"/inspections/{inspection}")
    yield from (f"/inspections/{inspection}/checks", "/inspections/plan", f"/inspections/plan?year={this - 1}", "/inspections/compare", f"/inspections/compare?year={this - 1}")
    yield from ("/checklists", f"/checklists/{_checklist()}", f"/findings/{finding}", f"/recommendations/{asked}")
    yield from ("/conferences", f"/conferences?year={this}&state=none", f"/conferences/{opened.conference}")
    yield from ("/publications", "/publications?state=missing", "/publications?state=late", f"/publications?unit={unit}", "/cong-khai")
    yield from ("/consultations", "/consultations?view=over", "/consultations?view=open")
    document = f"/documents/{made.plan_documents[0][0]}"
    yield from (f"{document}?tab=tasks", f"{document}?tab=inspections", f"/documents/{made.laws[0]}?tab=tasks", f"/documents/{made.laws[0]}?tab=inspections")
    yield f"/documents/{opened.published}"


def _forms(made: Agency, opened: Opened) -> Iterator[str]:
    """Forms, which offer units, plans, people and documents."""
    plan, inspection, document = f"/plans/{made.plans[0]}", f"/inspections/{_inspected(made)[0]}", f"/documents/{made.plan_documents[0][0]}"
    yield from ("/plans/new", f"{plan}/edit", f"{plan}/superior", f"{plan}/import", f"/tasks/new?plan={made.plans[0]}", "/tasks/new", f"/tasks/{made.once[0]}/edit")
    yield from (f"/tasks/{made.spread[0]}/edit", "/tasks/move", f"{document}/obligations", "/inspections/new", f"{inspection}/edit", f"{inspection}/findings/new")
    yield from (f"{inspection}/recommendations/new", f"{inspection}/team", f"{inspection}/team?q=nguoi", "/inspections/plan/new", "/conferences/new")
    yield from (f"/conferences/{opened.conference}/edit", f"/documents/{opened.published}/publications", f"/documents/{opened.published}/publications/new")
    yield from (f"{document}/consultations/new", f"/consultations/{opened.consultation}/edit", "/links/subjects?q=kiem+tra&name=subject", "/links/tasks?q=kiem+tra&name=task_id")


def _files(made: Agency, opened: Opened) -> Iterator[Asked]:
    """Reports and exports, each of which leaves an event."""
    plan, unit, this = f"/plans/{made.plans[0]}", made.units[-1], str(dates.today().year)
    yield from (Asked("clerk", f"{plan}/report", 1000 * REPORT_S, {"period": period}) for period in ("half", "year"))
    files: tuple[tuple[str, dict[str, str]], ...] = (
        (f"/tasks.xlsx?plan={made.plans[0]}&kind=late", {}), (f"/tasks.xlsx?unit={unit}", {}), (f"{plan}/matrix", {"form": "xlsx"}), (f"{plan}/matrix", {"form": "docx"}),
        ("/plans/matrix", {"form": "xlsx"}), (f"/inspections/{_inspected(made)[0]}/package", {}), ("/conferences/export", {"year": this}),
        ("/publications/export", {"year": this}),
    )  # fmt: skip
    yield from (Asked("clerk", address, 1000 * FILE_S, form) for address, form in files)


def _occurrence(made: Agency) -> int:
    with db.read() as session:
        return session.scalars(select(Occurrence.id).where(Occurrence.task_id == made.spread[0], Occurrence.unit_id == made.units[-1])).one()


def _inspected(made: Agency) -> tuple[int, int, int]:
    """The newest inspection of the last unit, a finding and a recommendation of it."""
    with db.read() as session:
        query = select(Inspection.id, Finding.id, Recommendation.id).join(Finding, Finding.inspection_id == Inspection.id)
        query = query.join(Recommendation, Recommendation.finding_id == Finding.id).where(Inspection.inspected_unit_id == made.units[-1])
        found = session.execute(query.order_by(Inspection.id.desc(), Finding.id).limit(1)).one()
        return found[0], found[1], found[2]


def _checklist() -> int:
    with db.read() as session:
        return session.scalars(select(ChecklistLine.checklist_id).order_by(ChecklistLine.checklist_id.desc()).limit(1)).one()
