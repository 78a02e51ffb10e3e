"""What the search box offers while one types, as JSON for static/js/complete.js."""

from __future__ import annotations

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.search import complete
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("complete", __name__)


@blueprint.get("/search/complete")
@requires("search:find")
def show() -> Response:
    """`{"documents": [{"label", "subject", "address"}], "words": [question]}`; a guess, so it is never kept."""
    found = complete.find(actor(), request.args.get("q", ""))
    documents = [
        {
            "label": label,
            "subject": subject if subject != label else "",
            "address": url_for("documents.show", document_id=id),
        }
        for id, label, subject in found.documents
    ]
    answer = jsonify(documents=documents, words=found.words)
    answer.headers["Cache-Control"] = "no-store"
    return answer
