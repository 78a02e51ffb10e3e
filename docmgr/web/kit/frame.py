"""The name and the logo of the agency in the frame of every page: one query a request, and none on the pages that say
that the database has failed."""

from __future__ import annotations

from typing import Any

from flask import Flask, g

from docmgr.services import outage
from docmgr.services.people import agency
from docmgr.services.people.agency import ShownAgency


def init_app(app: Flask) -> None:
    """Give the agency to all templates, under the name `agency`."""

    @app.context_processor
    def site() -> dict[str, Any]:
        return {"agency": shown()}


def shown() -> ShownAgency:
    """The agency, as the frame shows it. Where the database cannot be asked, what the settings say."""
    if "agency" not in g:
        try:
            g.agency = agency.shown()
        except outage.ERRORS:
            ask_nothing()
    found: ShownAgency = g.agency
    return found


def ask_nothing() -> None:
    """Show what the settings say for the rest of this request, because the database may have failed."""
    g.agency = agency.of_settings()
