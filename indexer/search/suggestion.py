"""Suggests another query, and searches for it at once where nothing is found as typed.

A suggestion that is searched at once has a way back: a query that searches literally for what was typed."""

import time
from dataclasses import replace

from indexer.index.snapshot import Snapshot
from indexer.query.parser import parse
from indexer.search.answers import Answers, answers
from indexer.suggest.certain_reading import ReadQuery
from indexer.suggest.did_you_mean import suggest
from indexer.types import Access, Request
from legaltext.text import spans

_SUGGEST_SECONDS = 0.4
# Signs within a document number.
_SIGNS = frozenset("/-&")


def answered(snapshot: Snapshot, request: Request, access: Access, started: float) -> Answers:
    """Find the entries that match `request`, among those that `access` allows. Where there are none and other words were
    probably meant, find the entries that match these, or else add the suggestion to the result. The request's time limit begins at `started`, a time of
    `time.monotonic`."""
    found = answers(snapshot, request, access, started)
    if found.passing.any():
        return found
    meant = suggestion(snapshot, request, access, found)
    # Within one document a word that this document lacks may be right all the same, so the other one is only offered.
    back = None if meant is None or request.document is not None else _literally(found.asked.query.text, meant)
    if meant is None or back is None:
        return replace(found, suggestion=meant)
    query = replace(parse(meant, request.abbreviations, request.thesaurus), typed=ReadQuery(meant, back))
    return answers(snapshot, replace(request, query=query), access, started)


def suggestion(snapshot: Snapshot, request: Request, access: Access, found: Answers) -> str | None:
    """Suggest the query that was probably meant by `request`; None for none. It finds something under the same conditions.
    `found` has the answers to the query as it was read, and `access` says what the actor may read."""
    query = found.asked.query
    if query.blank or query.given is not None:
        return None
    deadline = min(found.asked.deadline, time.monotonic() + _SUGGEST_SECONDS)

    def finds(text: str) -> bool:
        started = time.monotonic()
        other = replace(request, query=text, time_limit_seconds=max(deadline - started, 0.0))
        return bool(answers(snapshot, other, access, started).passing.any())

    return suggest(snapshot, found.asked, deadline, finds)


def _literally(typed: str, meant: str) -> str | None:
    """Write the query `typed` with quotes around each word that is another one in the query `meant`, so that it is searched
    literally. Returns None where this is impossible: in a query with quotes, and for document numbers."""
    own, others = spans(typed), spans(meant)
    if '"' in typed or len(own) != len(others):
        return None
    for (start, end, word), (_, _, other) in reversed(list(zip(own, others, strict=True))):
        if word != other:
            if not word.isalpha() or _SIGNS.intersection(typed[max(start - 1, 0) : start] + typed[end : end + 1]):
                return None
            typed = f'{typed[:start]}"{word}"{typed[end:]}'
    return typed
