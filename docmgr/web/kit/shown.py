"""Record a reading of each document whose text a page prints. Templates mark such text with the id of its
document: `{{ row.quote | of_document(row.document_id) }}`.

The readings are recorded before the page is sent. The pages of one document do not use this module; their
views record the reading themselves.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Flask, before_render_template, g, request, template_rendered

from docmgr.services.trail import readings
from docmgr.web.kit.guard import actor

Words = TypeVar("Words")


def init_app(app: Flask) -> None:
    """Register the filter `of_document`, and record the readings of a page when its template has been
    rendered."""
    app.jinja_env.filters["of_document"] = of_document
    before_render_template.connect(_begin, app)
    template_rendered.connect(_record, app)


def of_document(words: Words, document_id: int | None) -> Words:
    """Return `words` unchanged, and note that the page shows this text of the document. Nothing is noted when
    `words` is empty or `document_id` is None."""
    if words and document_id is not None:
        g.words_of.add(document_id)
    return words


def _begin(_app: Flask, **_more: Any) -> None:
    # A page that failed while it was rendered was not shown, so the error page starts with an empty list.
    g.words_of = set()


def _record(_app: Flask, **_more: Any) -> None:
    # A HEAD request gets headers only. Without words the person is not loaded: this page may say that the database is
    # away.
    if g.words_of and request.method != "HEAD":
        readings.record(actor(), g.words_of)
