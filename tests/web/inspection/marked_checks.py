"""The rows of marked_routes for checklists, lines of inspections, findings, answers, teams and the plan of a year."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post
from tests.support.marked import BESIDE

CHECKS: dict[str, list[Request]] = {
    "GET /checklists": get("/checklists"),
    "POST /checklists": post("/checklists", {"title": ""}),
    "GET /checklists/<int:checklist_id>": get("/checklists/{checklist_id}", "/checklists/{checklist_id}?document={doc}", "/checklists/{checklist_id}?document_q=" + BESIDE, "/checklists/{checklist_id}?plan={plan}"),
    "POST /checklists/<int:checklist_id>": post("/checklists/{checklist_id}", {"title": "", "revision": "1"}),
    "POST /checklists/<int:checklist_id>/lines": post("/checklists/{checklist_id}/lines", {"document": "{doc}", "anchor": "nonsense"}, {"text": ""}),
    "POST /checklist-lines/<int:line_id>/drop": post("/checklist-lines/{line_id}/drop"),
    "POST /checklists/<int:checklist_id>/own": post("/checklists/{checklist_id}/own"),
    "GET /inspections/<int:inspection_id>/checks": get("/inspections/{inspection}/checks"),
    "POST /inspections/<int:inspection_id>/checks/take": post("/inspections/{inspection}/checks/take", {"checklist_id": "{checklist_id}"}),
    "POST /inspections/<int:inspection_id>/checks/add": post("/inspections/{inspection}/checks/add", {"text": ""}),
    "POST /inspections/<int:inspection_id>/send": post("/inspections/{inspection}/send"),
    "GET /checks/<int:check_id>": get("/checks/{check_id}", "/checks/{check_id}?document_q=" + BESIDE),
    "POST /checks/<int:check_id>": post("/checks/{check_id}", {"result": "nonsense", "revision": "1"}),
    "POST /checks/<int:check_id>/finding": post("/checks/{check_id}/finding"),
    "POST /checks/<int:check_id>/photos": post("/checks/{check_id}/photos"),
    "POST /checks/<int:check_id>/evidence": post("/checks/{check_id}/evidence", {"document_id": "{doc}"}),
    "GET /check-photos/<int:photo_id>": get("/check-photos/{photo_id}"),
    "POST /check-photos/<int:photo_id>/remove": post("/check-photos/{photo_id}/remove"),
    "GET /findings/<int:finding_id>": get("/findings/{finding}"),
    "GET /recommendations": get("/recommendations", "/recommendations?state=unanswered&unit={unit}"),
    "GET /recommendations/<int:recommendation_id>": get("/recommendations/{recommendation}", "/recommendations/{recommendation}?document_q=" + BESIDE),
    "POST /recommendations/<int:recommendation_id>/receive": post("/recommendations/{recommendation}/receive", {"revision": "1"}),
    "POST /recommendations/<int:recommendation_id>/judge": post("/recommendations/{recommendation}/judge", {"verdict": "accepted", "revision": "1"}),
    "POST /recommendations/<int:recommendation_id>/papers": post("/recommendations/{recommendation}/papers", {"document_id": "{doc}"}),
    "GET /inspections/<int:inspection_id>/team": get("/inspections/{inspection}/team?q=a"),
    "POST /inspections/<int:inspection_id>/team": post("/inspections/{inspection}/team", {"user_id": "0"}),
    "GET /inspections/compare": get("/inspections/compare"),
    "GET /inspections/plan": get("/inspections/plan"),
    "GET /inspections/plan/new": get("/inspections/plan/new"),
    "POST /inspections/plan/new": post("/inspections/plan/new", {"subject": ""}),
    "GET /inspections/plan/<int:planned_id>": get("/inspections/plan/{planned_id}"),
    "POST /inspections/plan/<int:planned_id>": post("/inspections/plan/{planned_id}", {"subject": "", "revision": "1"}),
    "POST /inspections/plan/<int:planned_id>/start": post("/inspections/plan/{planned_id}/start", {"unit_id": "{unit}"}),
}
