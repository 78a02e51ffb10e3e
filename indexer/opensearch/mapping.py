"""How an index of OpenSearch is made: its fields, and how it scores.

The words come from our own analysis, so OpenSearch only splits at blanks. Scores are made without any count of documents: the
weight of a term comes with the question, and the mean length is a constant of the index. So nothing hidden can change them."""

from __future__ import annotations

from typing import Any

from indexer.analysis import language_model
from indexer.index import schema
from indexer.match import bm25

# A change of what is stored needs another number, so that old indexes are rebuilt.
FORMAT = f"{schema.FORMAT}.3"
# In characters; the server refuses an entry with a value of more than 32,766 bytes.
_LONGEST_VALUE = 2_000
# So many positions stand between two runs (fields) of an entry, more than any "near" may span.
GAP = 1000
# A word is written once with its marks and once without.
_SPELLINGS = 2


def _similarity(norm: tuple[float, float], mean: float) -> dict[str, Any]:
    """BM25 as in `match.bm25`, but for the idf, which is in the boost."""
    k, b = norm
    source = f"double n = {k} * ({1 - b} + {b} * doc.length / {_SPELLINGS * mean}); return query.boost * doc.freq / (doc.freq + n);"
    return {"type": "scripted", "script": {"source": source}}


def settings(shards: int, replicas: int | None) -> dict[str, Any]:
    """The settings of an index with so many shards, each with so many copies; None: with one where there is a second
    machine."""
    mean = round(language_model.base().mean_length, 1) or 1.0
    return {
        "number_of_shards": shards,
        **({"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}),
        # Changes are shown when a whole batch is in.
        "refresh_interval": "-1",
        "max_result_window": 100_000,
        # For so long the server knows what was removed, and refuses a bulk that it kept waiting.
        "gc_deletes": "1h",
        "similarity": {"single": _similarity(bm25.SYLLABLE_NORM, mean), "both": _similarity(bm25.PAIR_NORM, mean)},
        "analysis": {
            "analyzer": {
                "plain": {"type": "custom", "tokenizer": "whitespace"},
                "weighted": {"type": "custom", "tokenizer": "whitespace", "filter": ["weights"]},
            },
            "filter": {"weights": {"type": "delimited_term_freq", "delimiter": "|"}},
        },
    }


def _weighted(similarity: str) -> dict[str, Any]:
    return {"type": "text", "analyzer": "weighted", "index_options": "freqs", "similarity": similarity}


def _said() -> dict[str, Any]:
    return {"type": "text", "analyzer": "plain", "norms": False, "position_increment_gap": GAP}


NUMBERS = ("document", "version", "access", "folder", "issued", "effective_from", "effective_to", "year", "day", "figures", "number_in_document", "order", "length")
KEYWORDS = ("type", "issuer", "folder_named", "health", "field_of_work", "tag", "own", "anchor", "law", "sketch")


def mappings(model: int) -> dict[str, Any]:
    """The fields of an entry. `model` names the language model that made the vectors."""
    fields: dict[str, Any] = {name: {"type": "integer"} for name in NUMBERS} | {name: {"type": "keyword", "ignore_above": _LONGEST_VALUE} for name in KEYWORDS}
    fields |= {"words": _weighted("single"), "pairs": _weighted("both"), "said": _said(), "bare": _said(), "title": _said()}
    fields |= {"first": {"type": "boolean"}, "packed": {"type": "binary", "doc_values": True}}
    # What is stored is read from a column: reading it from the stored document would unpack its neighbours too.
    return {"dynamic": "strict", "_meta": {"format": FORMAT, "model": str(model)}, "_source": {"enabled": False}, "properties": fields}
