"""docmgr manages the documents of a Vietnamese public agency, with full-text search and links to tasks and
inspections.

This module imports nothing large: every child process that reads a file imports it, and must not load the
web framework.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(settings: Any = None) -> Flask:
    """Build the Flask application. `settings` is a `docmgr.settings.Settings`; when it is None, the
    settings are read from the environment."""
    if "docmgr.app" not in sys.modules:
        _import()
    from docmgr.app import create_app as build

    return build(settings)


def _import() -> None:
    """Import everything. Nothing of that is thrown away, and looking through it for garbage took a sixth of the start."""
    collecting = gc.isenabled()
    gc.disable()
    import docmgr.app  # noqa: F401

    gc.freeze()
    if collecting:
        gc.enable()
