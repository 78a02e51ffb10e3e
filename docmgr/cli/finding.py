"""The commands `search` and `show`."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import click

from docmgr.cli.common import (
    INCOMPLETE,
    NO_INDEX,
    USAGE,
    actor_named,
    document_meant,
    emit,
    note,
    refuse,
    say,
    site_command,
)
from docmgr.policy import COMMAND_LINE, STATES
from docmgr.services.documents.facts import FIELDS
from docmgr.services.overview import describe
from docmgr.services.search import find, notes
from docmgr.services.search.filters import FILTERS
from docmgr.services.search.types import SearchHit, SearchPage
from docmgr.services.trail import readings
from indexer import ProvisionHit

ISO_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command("search")
@click.argument("query")
@click.option("--as", "username", help="Tìm với quyền của người dùng này; không ghi thì thấy mọi văn bản.")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Số văn bản nhiều nhất."
)
@click.option("--at", type=ISO_DATE, help="Xét hiệu lực tại ngày này (YYYY-MM-DD); mặc định hôm nay.")
@site_command
def search_documents(
    query: str, username: str | None, limit: int, at: dt.datetime | None, as_json: bool
) -> int | None:
    """Tìm văn bản theo QUERY."""
    page = find.find(actor_named(username), query, per_page=limit, day=at.date() if at else None)
    if page.unusable:
        # This is an error and not an empty result: nothing was searched.
        refuse(NO_INDEX, as_json=as_json)
        return INCOMPLETE
    for sentence in notes.told(page.notes):
        note(sentence)
    if as_json:
        emit(found(page))
    else:
        _print(page)
    return None


def found(page: SearchPage) -> dict[str, Any]:
    """Convert a page of search results to the JSON object that `search --json` prints."""
    known = {**FILTERS, **page.own_filters}
    facets = {
        name: [{**asdict(value), "label": known[name].words.get(value.value, value.label)} for value in values]
        for name, values in page.facets.items()
        if name in known
    }
    return {
        "total": page.total,
        "took_ms": page.took_ms,
        "hits": [_hit(hit) for hit in page.hits],
        "facets": {name: facets.get(name, []) for name in known},
        "suggestion": page.suggestion,
    }


def _hit(hit: SearchHit) -> dict[str, Any]:
    document = hit.document
    best = (
        _provision(hit.provisions[0])
        if hit.provisions
        else {"provision": None, "anchor": None, "snippet": []}
    )
    return {
        "id": document.id,
        "number": document.number,
        "title": document.subject,
        "type": document.type,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "score": hit.score,
        **best,
        "more": [_provision(provision) for provision in hit.provisions[1:]],
    }


def _provision(hit: ProvisionHit) -> dict[str, Any]:
    return {
        "provision": hit.label or None,
        "anchor": hit.anchor or None,
        "snippet": [{"text": segment.text, "match": segment.match} for segment in hit.snippet],
    }


def _print(page: SearchPage) -> None:
    note(f"{page.total} văn bản · {page.took_ms:.1f} ms")
    for hit in page.hits:
        document = hit.document
        say(f"{document.id}\t{document.label}\t{document.subject or ''}")
        for provision in hit.provisions:
            marked = "".join(f"[{s.text}]" if s.match else s.text for s in provision.snippet)
            say(f"\t{provision.label} {provision.title}".rstrip())
            say("\t  " + " ".join(marked.split()))
    if not page.hits and page.missing_words:
        note(f"Không có ở đâu: {', '.join(page.missing_words)}.")


@click.command("show")
@click.argument("document")
@site_command
def show(document: str, as_json: bool) -> int | None:
    """Mọi điều về văn bản DOCUMENT (mã số hoặc số, ký hiệu)."""
    document_id = document_meant(document, as_json=as_json)
    if document_id is None:
        return USAGE
    described = describe.describe(COMMAND_LINE, document_id)
    # The reading is recorded before anything is printed: a document read on the command line leaves a trace in the
    # trail too.
    # Each call is a reading: the command line has no tabs.
    readings.opened(COMMAND_LINE, document_id, apart=True)
    readings.record(COMMAND_LINE, describe.words_of_others(described))
    if as_json:
        emit(described)
    else:
        _print_document(described)
    return None


def _print_document(described: dict[str, Any]) -> None:
    say(f"Văn bản {described['id']} · {STATES[described['state']]} · {described['folder']}")
    for field, fact in described["facts"].items():
        value = "; ".join(fact["value"]) if isinstance(fact["value"], list) else fact["value"]
        if value:
            say(f"{FIELDS[field]}: {value}{'' if fact['confirmed'] else ' (chưa xác nhận)'}")
    for own in described["own_fields"].values():
        say(f"{own['label']}: {own['shown']}")
    say("")
    for provision in described["provisions"]:
        say(" ".join(part for part in (provision["label"], provision["title"], provision["text"]) if part))
