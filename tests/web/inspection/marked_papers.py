"""The rows of marked_routes for papers of inspections, drafted plans and the report on incoming documents."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

PAPERS: dict[str, list[Request]] = {
    "POST /inspections/<int:inspection_id>/paper": post(
        "/inspections/{inspection}/paper", {"paper": "minutes"}, {"paper": "notice"}, {"paper": "x"}
    ),
    "POST /inspections/<int:inspection_id>/package": post("/inspections/{inspection}/package"),
    "POST /plans/<int:plan_id>/draft": post("/plans/{plan}/draft"),
    "POST /plans/<int:plan_id>/draft/file": post("/plans/{plan}/draft/file"),
    "POST /registers/report": post(
        "/registers/report", {"since": "2020-01-01", "until": "2020-12-31"}, {"since": "2024-01-01", "until": "2024-12-31"}, {"since": "x"}
    ),
    "GET /plans/<int:plan_id>/superior": get("/plans/{plan}/superior"),
    "POST /plans/<int:plan_id>/superior": post("/plans/{plan}/superior", {"superior_id": "x"}, {"superior_id": "{plan}", "revision": "1"}),
}
