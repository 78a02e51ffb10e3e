"""The rows of marked_routes for the agency's own forms of papers."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

FORMS: dict[str, list[Request]] = {
    "GET /paper-forms": get("/paper-forms"),
    "GET /paper-forms/<paper>": get("/paper-forms/plan_report", "/paper-forms/unknown"),
    "POST /paper-forms/<paper>": post("/paper-forms/plan_report", {"note": "x"}),
    "GET /paper-forms/<paper>/starter": get("/paper-forms/plan_report/starter"),
    "POST /paper-forms/<paper>/built-in": post("/paper-forms/plan_report/built-in"),
    "POST /paper-forms/versions/<int:template_id>/use": post("/paper-forms/versions/999999/use"),
    "POST /paper-forms/versions/<int:template_id>/try": post("/paper-forms/versions/999999/try"),
    "GET /paper-forms/versions/<int:template_id>/file": get("/paper-forms/versions/999999/file"),
}
