"""Whose words a page prints. Templates say so beside the words: `{{ row.quote | of_document(row.document_id) }}`.

When the page is made and before anything of it goes out, each document whose words it prints gets its reading
(services.trail.readings); what is printed decides, not what was looked up. Leaves the document's own pages, whose opening is
a reading each time, to their views.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Flask, before_render_template, g, request, template_rendered

from docmgr.services.trail import readings
from docmgr.web.kit.guard import actor

Words = TypeVar("Words")


def init_app(app: Flask) -> None:
    """Give templates the filter, and record when one is done."""
    app.jinja_env.filters["of_document"] = of_document
    before_render_template.connect(_begin, app)
    template_rendered.connect(_record, app)


def of_document(words: Words, document_id: int | None) -> Words:
    """The words as they are; where there are any, they are words of this document."""
    if words and document_id is not None:
        g.words_of.add(document_id)
    return words


def _begin(_app: Flask, **_more: Any) -> None:
    # A page that failed half-way was not shown: the page that says so starts anew.
    g.words_of = set()


def _record(_app: Flask, **_more: Any) -> None:
    # Only headers of a HEAD go out. Without words nobody asks who reads: the page may say that the database is away.
    if g.words_of and request.method != "HEAD":
        readings.record(actor(), g.words_of)
