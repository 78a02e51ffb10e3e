"""The search engine of the document system: Vietnamese analysis, an index on Whoosh, ranking, snippets,
evaluation.

Knows documents, access lists and folders as numbers only; the database is the truth and the index can
always be rebuilt from it.
"""

from indexer.batch import Batch
from indexer.marking import Marker, Marking, marker
from indexer.numbers import NumberQuery, normalise_number, parse_number_query
from indexer.search import search
from indexer.store import Rebuild, Store
from indexer.text import fold, syllables
from indexer.types import (
    FACETS,
    STATUS_LABELS,
    Access,
    Entry,
    FacetValue,
    Hit,
    IndexBusy,
    IndexDamaged,
    IndexUnusable,
    ProvisionHit,
    Request,
    Results,
    Segment,
)

__all__ = [
    "FACETS",
    "STATUS_LABELS",
    "Access",
    "Batch",
    "Entry",
    "FacetValue",
    "Hit",
    "IndexBusy",
    "IndexDamaged",
    "IndexUnusable",
    "Marker",
    "Marking",
    "NumberQuery",
    "ProvisionHit",
    "Rebuild",
    "Request",
    "Results",
    "Segment",
    "Store",
    "fold",
    "marker",
    "normalise_number",
    "parse_number_query",
    "search",
    "syllables",
]
