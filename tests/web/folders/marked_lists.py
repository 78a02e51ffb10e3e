"""The rows of marked_routes for what changes many documents or folders of a list, for the working calendar, for obligations and for
occurrences of tasks."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

LISTS: dict[str, list[Request]] = {
    "POST /folders/<int:folder_id>/documents/steps": post("/folders/{root}/documents/steps", {"id": ["{doc}"]}),
    "POST /folders/<int:folder_id>/documents/step": post("/folders/{root}/documents/step", {"step": "x|y", "pick": ["{doc}:1"]}),
    "POST /folders/<int:folder_id>/documents/facts": post("/folders/{root}/documents/facts", {"id": ["{doc}"]}, {"id": ["{doc}"], "look": "1", "issuer": "Sở X", "own_form": "1", "empty": ["place"]}),
    "POST /folders/<int:folder_id>/documents/facts/save": post("/folders/{root}/documents/facts/save", {"pick": ["{doc}:9999"], "issuer": "Sở X"}),
    "POST /folders/<int:folder_id>/order": post("/folders/{folder}/order", {"child": "{folder}", "way": "up"}),
    "GET /documents/<int:document_id>/duplicate": get("/documents/{doc}/duplicate"),
    "POST /documents/<int:document_id>/duplicate": post("/documents/{doc}/duplicate", {"folder": "9999"}),
    "POST /folders/<int:folder_id>/documents/rights": post("/folders/{root}/documents/rights", {"id": ["{doc}"]}, {"id": ["{doc}"], "look": "give", "holder": "staff", "role": "reader"}, {"id": ["{doc}"], "look": "take", "pair": "reader staff"}),
    "POST /folders/<int:folder_id>/documents/rights/give": post("/folders/{root}/documents/rights/give", {"pick": ["{doc}:9999"], "holder": "staff", "role": "reader"}),
    "POST /folders/<int:folder_id>/duplicate": post("/folders/{folder}/duplicate", {"into": "{root}", "copy_name": ""}),
    "POST /plans/<int:plan_id>/report": post("/plans/{plan}/report", {"period": "half"}, {"period": "year"}, {"period": "x"}),
    "GET /calendar": get("/calendar"),
    "GET /calendar/<int:of_year>": get("/calendar/2026"),
    "GET /calendar/<int:of_year>/edit": get("/calendar/2026/edit"),
    "POST /calendar/<int:of_year>/edit": post("/calendar/2026/edit", {"off": "x"}),
    "GET /documents/<int:document_id>/obligations": get("/documents/{doc}/obligations", "/documents/{doc}/obligations?pick=all"),
    "POST /documents/<int:document_id>/obligations": post("/documents/{doc}/obligations", {}, {"act": "drop"}, {"one": "accept:1:1", "plan_id": "new", "plan_title": "", "plan_year": "x"}),
    "POST /documents/<int:document_id>/obligations/undo": post("/documents/{doc}/obligations/undo", {"act": "back", "picked": "1:1"}),
    "GET /documents/<int:document_id>/obligations/<int:obligation_id>": get("/documents/{doc}/obligations/1"),
    "POST /documents/<int:document_id>/obligations/<int:obligation_id>": post("/documents/{doc}/obligations/1", {"action": "x", "revision": "9"}),
    "POST /documents/<int:document_id>/obligations/<int:obligation_id>/split": post("/documents/{doc}/obligations/1/split", {"cut": "9", "revision": "9"}),
    "GET /occurrences/<int:occurrence_id>": get("/occurrences/{occurrence}", "/occurrences/{occurrence}?document_q=thử"),
    "POST /occurrences/<int:occurrence_id>/progress": post("/occurrences/{occurrence}/progress", {"revision": "0", "note": "x"}),
    "POST /occurrences/<int:occurrence_id>/report": post("/occurrences/{occurrence}/report", {"revision": "0", "note": "x"}),
    "POST /occurrences/<int:occurrence_id>/confirm": post("/occurrences/{occurrence}/confirm", {"revision": "0"}),
    "POST /occurrences/<int:occurrence_id>/return": post("/occurrences/{occurrence}/return", {"revision": "0", "reason": "x"}),
    "POST /occurrences/<int:occurrence_id>/skip": post("/occurrences/{occurrence}/skip", {"revision": "0", "reason": "x"}),
    "POST /occurrences/<int:occurrence_id>/evidence": post("/occurrences/{occurrence}/evidence", {"document_id": "{doc}", "dated_on": "x"}),
    "POST /tasks/<int:task_id>/units": post("/tasks/{task}/units", {"revision": "0"}),
    "GET /changes": get("/changes"),
    "POST /changes/<int:bulk_id>/undo": post("/changes/999999/undo"),
}
