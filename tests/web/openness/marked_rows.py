"""The rows of marked_routes for publications and the public page."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post
from tests.support.marked import BESIDE

FILLED = {"audience": "public", "form_id": "1", "starts_on": "2026-01-05", "days": "30", "proof_document_id": "{doc}"}
RULE = {"name": "", "audience": "agency", "least_days": "0"}
OPENNESS: dict[str, list[Request]] = {
    "GET /documents/<int:document_id>/publications": get("/documents/{doc}/publications"),
    "GET /documents/<int:document_id>/publications/new": get("/documents/{doc}/publications/new"),
    "POST /documents/<int:document_id>/publications/new": post("/documents/{doc}/publications/new", {**FILLED, "days": "0"}),
    "GET /documents/<int:document_id>/publications/<int:publication_id>": get("/documents/{doc}/publications/1"),
    "POST /documents/<int:document_id>/publications/<int:publication_id>": post("/documents/{doc}/publications/1", FILLED),
    "POST /documents/<int:document_id>/publications/<int:publication_id>/end": post("/documents/{doc}/publications/1/end"),
    "POST /documents/<int:document_id>/publications/<int:publication_id>/withdraw": post("/documents/{doc}/publications/1/withdraw"),
    "GET /publications": get("/publications", "/publications?state=missing"),
    "POST /publications/export": post("/publications/export", {"state": ""}, {"state": "missing"}),
    "GET /publication-rules": get("/publication-rules"),
    "GET /publication-rules/new": get("/publication-rules/new"),
    "POST /publication-rules/new": post("/publication-rules/new", RULE),
    "GET /publication-rules/<int:rule_id>": get("/publication-rules/1"),
    "POST /publication-rules/<int:rule_id>": post("/publication-rules/1", RULE),
    "GET /publication-forms/new": get("/publication-forms/new"),
    "POST /publication-forms/new": post("/publication-forms/new", {"name": ""}),
    "GET /publication-forms/<int:form_id>": get("/publication-forms/1"),
    "POST /publication-forms/<int:form_id>": post("/publication-forms/1", {"name": ""}),
    "POST /publication-rules/switch": post("/publication-rules/switch", {"on": "1"}),
    # Nothing of the walk is published for everybody; what is shown of what is stands in tests/web/openness.
    "GET /cong-khai": get("/cong-khai", f"/cong-khai?q={BESIDE}"),
    "GET /cong-khai/<int:document_id>": get("/cong-khai/{doc}"),
    "GET /cong-khai/<int:document_id>/versions/<int:no>/original": get("/cong-khai/{doc}/versions/1/original"),
}
