"""The rows of marked_routes for what happens to tasks on their way, private calendars and workbooks of tasks."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

WORK: dict[str, list[Request]] = {
    "POST /tasks/<int:task_id>/preconditions": post("/tasks/{task}/preconditions", {"needed_id": "{task}"}),
    "POST /tasks/<int:task_id>/preconditions/<int:needed_id>/remove": post("/tasks/{task}/preconditions/{task}/remove"),
    "POST /tasks/<int:task_id>/preconditions/<int:needed_id>/waive": post("/tasks/{task}/preconditions/{task}/waive", {"waive_reason": "x"}),
    "POST /tasks/<int:task_id>/inherit": post("/tasks/{task}/inherit", {"due_task_id": "{task}", "due_days": "x"}),
    "POST /tasks/<int:task_id>/inherit/stop": post("/tasks/{task}/inherit/stop"),
    "POST /tasks/<int:task_id>/evidence": post("/tasks/{task}/evidence", {"proof_note": "x", "folder": "x"}),
    "POST /tasks/<int:task_id>/extension": post("/tasks/{task}/extension", {"wanted_on": "nonsense", "ask_reason": "x"}),
    "POST /tasks/<int:task_id>/hand": post("/tasks/{task}/hand", {"to_id": "1", "hand_note": "x"}),
    "POST /occurrences/<int:occurrence_id>/extension": post("/occurrences/1/extension", {"wanted_on": "nonsense", "ask_reason": "x"}),
    "POST /occurrences/<int:occurrence_id>/hand": post("/occurrences/1/hand", {"to_id": "1", "hand_note": "x"}),
    "POST /extensions/<int:extension_id>/decide": post("/extensions/1/decide", {"answer": "refuse", "decide_note": "x"}),
    "POST /extensions/<int:extension_id>/withdraw": post("/extensions/1/withdraw"),
    "GET /tasks/move": get("/tasks/move", "/tasks/move?from=1&to=2"),
    "POST /tasks/move": post("/tasks/move", {"from": "1", "to": "2", "note": "x", "expected": "9"}),
    "GET /account/calendar": get("/account/calendar"),
    "POST /account/calendar": post("/account/calendar"),
    "POST /account/calendar/withdraw": post("/account/calendar/withdraw"),
    "GET /calendar/<token>.ics": get("/calendar/khong-co.ics"),
    "GET /plans/<int:plan_id>/import": get("/plans/{plan}/import"),
    "POST /plans/<int:plan_id>/import": post("/plans/{plan}/import"),
    "GET /task-sheets/sample.xlsx": get("/task-sheets/sample.xlsx"),
    "GET /task-sheets/<int:sheet_id>": get("/task-sheets/1"),
    "POST /task-sheets/<int:sheet_id>": post("/task-sheets/1", {"expected": "1"}),
}
