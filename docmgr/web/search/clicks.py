"""What the pages of the search show of opened results: links that count, related questions, and a word about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from docmgr import context
from docmgr.services.clicks import opened, related
from docmgr.services.search.complete import LEAST_PERSONS
from docmgr.services.search.types import SearchPage
from docmgr.web.kit.guard import actor


def on_results(query: str, page: int, found: SearchPage) -> dict[str, Any]:
    """Build the template variables for page `page` of the results of `query`. `hit_part` is a function that gives what
    follows the query in a result's address: the provision, by which a text that is shown in parts opens at the right one, and,
    where the site counts openings, the signature by which this one counts. It takes the id of the document and the anchor of
    the provision, "" for none."""
    signed = opened.signer(actor(), query)

    def hit_part(document_id: int, anchor: str) -> str:
        at = f"&at={quote(anchor)}" if query and anchor else ""
        return f"{at}&hit={quote(token)}" if (token := signed(document_id, anchor)) else at

    return {"hit_part": hit_part, "related": related.questions(actor(), query, found.hits) if page == 1 else ()}


def on_help() -> dict[str, Any]:
    """Build the template variables for what the help says about this."""
    offers_asked = context.current().settings.offer_asked
    return {"keeps_clicks": opened.switched_on(), "offers_asked": offers_asked, "persons": LEAST_PERSONS}
