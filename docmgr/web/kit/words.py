"""Template filters that put messages of the program into the language of the person who reads the page. Texts
that people wrote are shown unchanged."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import gettext
from markupsafe import Markup, escape

from docmgr.models import TrailEvent
from docmgr.services import message
from docmgr.services.documents import progress
from docmgr.services.message import Words
from docmgr.services.trail import words as trail_words
from docmgr.web.kit import shown
from indexer import Fragment
from legaltext import labels


def init_app(app: Flask) -> None:
    """Register this module's functions as template filters."""
    app.jinja_env.filters.update(with_marks=with_marks, in_words=in_words, subject=subject, place_label=place_label, place_title=place_title, state_words=progress.state)


def in_words(words: Words) -> str:
    """Translate a message into the language of the page. A plain str, such as a name that somebody gave,
    stays unchanged."""
    return message.told(words, gettext)


def place_label(label: str) -> str:
    """Translate the label of a provision into the language of the page. Only words that this program adds are
    translated; words of the document stay unchanged."""
    return labels.told_label(label, gettext)


def place_title(label: str, words: str, document_id: int | None = None) -> str:
    """Translate the label of a provision as `place_label` does. Where it only counts ("II.3"), the first of the `words` of
    the provision follow, so that the name says what the provision is about; then a reading of the document is noted."""
    opening = shown.of_document(labels.opening(label, words), document_id)
    return f"{place_label(label)}. {opening}" if opening else place_label(label)


def subject(event: TrailEvent) -> str:
    """The name of what the event concerns (a document, a folder, …), as it was when the event happened. It is
    translated only when this program gave the name."""
    return in_words(trail_words.subject(event))


def with_marks(fragments: Iterable[Fragment]) -> Markup:
    """Write the fragments of a text as HTML in which the highlighted ones are marked. Every text is escaped. A template that
    did this took a seventh of the time of a results page."""
    written = [f"<mark>{escape(one.text)}</mark>" if one.match else escape(one.text) for one in fragments]
    return Markup("".join(written))
