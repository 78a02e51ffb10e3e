"""The rows of marked_routes for what changes many documents or folders of a list, and for the working calendar."""

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
    "GET /changes": get("/changes"),
    "POST /changes/<int:bulk_id>/undo": post("/changes/999999/undo"),
}
