"""The search engine of the document system: analysis of Vietnamese text, an index read through Whoosh,
ranking, snippets and suggestions.

The engine knows documents, access lists and folders only by their ids. The index can always be rebuilt
from the database. This module names everything that the product imports from the engine: a backend
(`SearchBackend`; `Engine` is the local one) with its input and output, and pure functions on queries,
document numbers and texts.
"""

from indexer.analysis.everyday import NO_THESAURUS, delivered_thesaurus, is_ordinary
from indexer.backend import IndexCount, IndexHealth, RebuildTarget, SearchBackend, WriteBatch
from indexer.engine import Engine
from indexer.errors import IndexAway, IndexBusy, IndexDamaged, IndexUnusable
from indexer.highlight.text_marker import Marker, TextMarker, marker
from indexer.index.batch import Batch
from indexer.index.index import Index
from indexer.index.rebuild import Rebuild
from indexer.index.schema import OF_THE_SITE
from indexer.match.expansion import MOST_EXPANDED
from indexer.opensearch import opensearch_engine
from indexer.query import on_text, parts
from indexer.query.lexer import (
    LEAST_BOOST,
    MAX_BOOST,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DISTANCE,
    MAX_EDITS,
    MAX_OPERATORS,
    MAX_SYLLABLES,
    Lexeme,
)
from indexer.query.number import number_matches
from indexer.query.numbers import parse_number_query
from indexer.query.parser import parse, understood_text
from indexer.query.query import Query
from indexer.query.tree import Node
from indexer.search.open_index import open_index
from indexer.search.search import search
from indexer.types import (
    Access,
    Completions,
    Contribution,
    Entry,
    Explanation,
    FacetValue,
    Fragment,
    Highlighter,
    Hit,
    Note,
    NumberQuery,
    ProvisionHit,
    QueryDiagnosis,
    Request,
    Results,
    Tier,
    UnderstoodQuery,
)
from legaltext.numbers import normalise_number, split_number
from legaltext.text import fold, syllables
from legaltext.validity import STATUS_LABELS

__all__ = [
    "LEAST_BOOST",
    "MAX_BOOST",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_DISTANCE",
    "MAX_EDITS",
    "MAX_OPERATORS",
    "MAX_SYLLABLES",
    "MOST_EXPANDED",
    "NO_THESAURUS",
    "OF_THE_SITE",
    "STATUS_LABELS",
    "Access",
    "Batch",
    "Completions",
    "Contribution",
    "Engine",
    "Entry",
    "Explanation",
    "FacetValue",
    "Fragment",
    "Highlighter",
    "Hit",
    "Index",
    "IndexAway",
    "IndexBusy",
    "IndexCount",
    "IndexDamaged",
    "IndexHealth",
    "IndexUnusable",
    "Lexeme",
    "Marker",
    "Node",
    "Note",
    "NumberQuery",
    "ProvisionHit",
    "Query",
    "QueryDiagnosis",
    "Rebuild",
    "RebuildTarget",
    "Request",
    "Results",
    "SearchBackend",
    "TextMarker",
    "Tier",
    "UnderstoodQuery",
    "WriteBatch",
    "delivered_thesaurus",
    "fold",
    "is_ordinary",
    "marker",
    "normalise_number",
    "open_index",
    "opensearch_engine",
    "number_matches",
    "on_text",
    "parse",
    "parse_number_query",
    "parts",
    "search",
    "split_number",
    "syllables",
    "understood_text",
]
