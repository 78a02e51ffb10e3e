"""The values that the filters of a list offer, with their counts. They come from the search index, which counts 50,000 documents
in milliseconds, so a document that is not in the index yet is listed but not counted."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from docmgr import context, db
from docmgr.models import Folder
from docmgr.policy import Actor
from docmgr.services.indexing import access
from docmgr.services.listing.in_folder import folders_below
from docmgr.services.listing.wanted import FILTERS, Chosen
from indexer import FacetValue, IndexUnusable, Request
from legaltext import dates

_log = logging.getLogger(__name__)


def offered(actor: Actor, folder: Folder, chosen: Chosen, below: bool) -> Mapping[str, tuple[FacetValue, ...]]:
    """Count the values of the filters among the documents that the actor may read in the folder, or in and below it; empty
    while there is no index. Each filter is counted among what the other filters leave; the index does not know the state of
    publication, so with that filter nothing is counted."""
    with db.read() as session:
        allowed = access.index_access(session, actor, None)
        tree = None if below and folder.parent_id is None else folders_below(session, folder) if below else frozenset({folder.id})
    filters = {name: values for name, values in chosen.items() if name in FILTERS and name != "workflow"}
    request = Request(query="", filters=filters, folder_tree=tree, at=dates.today(), limit=1)
    try:
        return context.current().backend.search(request, allowed).facets
    except IndexUnusable as error:
        _log.warning("a list without the counts of its filters: %s", error)
        return {}
