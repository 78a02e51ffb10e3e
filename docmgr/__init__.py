"""docmgr: documents of a Vietnamese public agency, found by full text and tied to tasks and inspections.

This file imports nothing heavy, so that a reading child never loads the web.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Any = None) -> Flask:
    """The Flask application; `settings` None reads them from the environment."""
    from docmgr.app import create_app as build

    return build(settings)
