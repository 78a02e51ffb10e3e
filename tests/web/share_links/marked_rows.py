"""The rows of marked_routes for share links and reading receipts."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

SHARING: dict[str, list[Request]] = {
    "GET /documents/<int:document_id>/share-links": get("/documents/{doc}/share-links"),
    "POST /documents/<int:document_id>/share-links": post("/documents/{doc}/share-links", {"days": "7"}, {"days": "0"}),
    "GET /cases/<int:case_id>/share-links": get("/cases/{case}/share-links"),
    "POST /cases/<int:case_id>/share-links": post("/cases/{case}/share-links", {"days": "7"}),
    "GET /share-links": get("/share-links"),
    "POST /share-links/<int:share_link_id>/withdraw": post("/share-links/999999/withdraw"),
    "POST /share-links/switch": post("/share-links/switch", {"on": "1"}),
    # Nobody can know the address of a link; what it shows is in tests/web/share_links.
    "GET /shared/<token>": get("/shared/x"),
    "POST /shared/<token>": post("/shared/x"),
    "GET /shared/<token>/documents/<int:document_id>": get("/shared/x/documents/{doc}"),
    "GET /shared/<token>/documents/<int:document_id>/versions/<int:no>/original": get("/shared/x/documents/{doc}/versions/1/original"),
    "GET /documents/<int:document_id>/receipts": get("/documents/{doc}/receipts"),
    "POST /documents/<int:document_id>/receipts": post("/documents/{doc}/receipts", {"keys": "user:999999", "due_on": "nonsense"}),
    "POST /documents/<int:document_id>/receipts/confirm": post("/documents/{doc}/receipts/confirm", {"no": "1"}),
    "POST /documents/<int:document_id>/receipts/withdraw": post("/documents/{doc}/receipts/withdraw"),
}
