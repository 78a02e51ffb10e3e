"""Suggest completions in the search box while a person types. The answer is JSON for static/js/complete.js.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from docmgr.services.search import complete
from docmgr.web.kit.guard import actor, requires

blueprint = Blueprint("complete", __name__)


@blueprint.get("/search/complete")
@requires("search:find")
def show() -> Response:
    """Answer the text typed so far (`q`) with JSON: `{"documents": [{"label", "subject", "address"}],
    "words": [query]}`. "documents" lists documents that match, and "words" lists completed queries. The
    request is not recorded, and the answer is not cached."""
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
