"""The rows of marked_routes for the views of plans."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

VIEWS: dict[str, list[Request]] = {
    "GET /tasks/mine": get("/tasks/mine", "/tasks/mine?who=unit", "/tasks/mine?who=confirm"),
    "GET /tasks/month": get("/tasks/month", "/tasks/month?month=2024-03&plan={plan}&unit={unit}"),
    "POST /tasks.xlsx": post("/tasks.xlsx") + post("/tasks.xlsx?plan={plan}&basis={doc}"),
    "GET /plans/<int:plan_id>/timeline": get("/plans/{plan}/timeline"),
    "GET /plans/<int:plan_id>/matrix": get("/plans/{plan}/matrix", "/plans/{plan}/matrix?list=unused", "/plans/{plan}/matrix?list=never", "/plans/{plan}/matrix?list=inspections&basis={doc}&place="),
    "POST /plans/<int:plan_id>/matrix": post("/plans/{plan}/matrix", {"form": "xlsx"}, {"form": "docx"}, {"form": "x"}),
    "GET /plans/matrix": get("/plans/matrix", "/plans/matrix?list=unused", "/plans/matrix?list=never", "/plans/matrix?list=inspections&basis={doc}&place="),
    "POST /plans/matrix": post("/plans/matrix", {"form": "xlsx"}, {"form": "x"}),
}
