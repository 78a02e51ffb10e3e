"""The rows of marked_routes for consultations."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

FILLED = {"question": "", "from_on": "2026-01-05", "to_on": "2026-01-15", "keys": "user:1"}
CONSULTING: dict[str, list[Request]] = {
    "GET /consultations": get("/consultations", "/consultations?view=mine", "/consultations?document={doc}"),
    "GET /consultations/<int:consultation_id>": get("/consultations/1"),
    "GET /documents/<int:document_id>/consultations/new": get("/documents/{doc}/consultations/new"),
    "POST /documents/<int:document_id>/consultations/new": post("/documents/{doc}/consultations/new", FILLED),
    "GET /consultations/<int:consultation_id>/edit": get("/consultations/1/edit"),
    "POST /consultations/<int:consultation_id>/edit": post("/consultations/1/edit", {"question": ""}),
    "GET /consultations/<int:consultation_id>/invite": get("/consultations/1/invite"),
    "POST /consultations/<int:consultation_id>/invite": post("/consultations/1/invite", {"keys": "user:1"}),
    "POST /consultations/<int:consultation_id>/withdraw": post("/consultations/1/withdraw", {"anchor": "", "revision": "1"}),
    "POST /consultations/<int:consultation_id>/close": post("/consultations/1/close"),
    "POST /consultations/<int:consultation_id>/summary": post("/consultations/1/summary"),
    "GET /consultations/<int:consultation_id>/answer": get("/consultations/1/answer", "/consultations/1/answer?anchor=dieu-1"),
    "POST /consultations/<int:consultation_id>/answer": post("/consultations/1/answer", {"stance": ""}),
    "GET /consultations/<int:consultation_id>/opinions/<int:opinion_id>": get("/consultations/1/opinions/1"),
    "POST /consultations/<int:consultation_id>/opinions/<int:opinion_id>": post("/consultations/1/opinions/1", {"reception": ""}),
    "GET /consultation-rules": get("/consultation-rules"),
    "POST /consultation-rules": post("/consultation-rules", {"basis": ""}),
}
