"""The search engine of the document system: Vietnamese analysis, an index on Whoosh, ranking, snippets,
evaluation.

Knows documents, access lists and folders as numbers only; the database is the truth and the index can
always be rebuilt from it.
"""

from indexer.errors import IndexBusy, IndexUnusable
from indexer.highlight.text_marker import Marker, TextMarker, marker
from indexer.index.batch import Batch
from indexer.index.index import Index
from indexer.index.rebuild import Rebuild
from indexer.query.numbers import normalise_number, parse_number_query
from indexer.search.open_index import open_index
from indexer.search.search import search
from indexer.types import (
    FACETS,
    Access,
    Entry,
    FacetValue,
    Fragment,
    Highlighter,
    Hit,
    IndexDamaged,
    NumberQuery,
    ProvisionHit,
    Request,
    Results,
    UnderstoodQuery,
)
from legaltext.text import fold, syllables
from legaltext.validity import STATUS_LABELS

__all__ = [
    "FACETS",
    "STATUS_LABELS",
    "Access",
    "Batch",
    "Entry",
    "FacetValue",
    "Highlighter",
    "Hit",
    "IndexBusy",
    "IndexDamaged",
    "IndexUnusable",
    "Marker",
    "TextMarker",
    "NumberQuery",
    "ProvisionHit",
    "Rebuild",
    "Request",
    "Results",
    "Fragment",
    "Index",
    "UnderstoodQuery",
    "fold",
    "marker",
    "normalise_number",
    "open_index",
    "parse_number_query",
    "search",
    "syllables",
]
