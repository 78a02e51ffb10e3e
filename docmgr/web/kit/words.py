"""What services and the trail say, in the reader's language; what people wrote is never looked up in the catalogue."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext

from docmgr.models import TrailEvent
from docmgr.services import message
from docmgr.services.documents import progress
from docmgr.services.message import Words
from docmgr.services.trail import words as trail_words
from legaltext import labels


def init_app(app: Flask) -> None:
    """Register this module's functions as template filters."""
    app.jinja_env.filters.update(in_words=in_words, subject=subject, place_label=place_label, state_words=progress.state)


def in_words(words: Words) -> str:
    """A service's message in the reader's language; a name that somebody gave as it is."""
    return message.told(words, gettext)


def place_label(label: str) -> str:
    """The label of a provision in the language of the pages. Only the words that this program adds are
    translated."""
    return labels.told_label(label, gettext)


def subject(event: TrailEvent) -> str:
    """The name of an event's subject as it was when the event happened. It is translated only when this
    program gave the name."""
    return in_words(trail_words.subject(event))
