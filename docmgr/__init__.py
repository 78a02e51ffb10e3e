"""docmgr manages the documents of a Vietnamese public agency, with full-text search and links to tasks and
inspections.

This module imports nothing large: every child process that reads a file imports it, and must not load the
web framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Any = None) -> Flask:
    """Build the Flask application. `settings` is a `docmgr.settings.Settings`; when it is None, the
    settings are read from the environment."""
    from docmgr.app import create_app as build

    return build(settings)
