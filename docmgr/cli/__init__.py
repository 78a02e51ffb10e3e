"""The command line: `flask --app docmgr …`, thin shells over the services."""

from flask import Flask

from docmgr.cli import finding, importing, index, keeping, trail, users
from docmgr.cli.common import settings_or_exit

__all__ = ["register", "settings_or_exit"]


def register(app: Flask) -> None:
    """Add all commands to the application."""
    for command in (
        users.users,
        importing.import_files,
        finding.search_documents,
        finding.show,
        index.index,
        trail.trail,
        keeping.backup,
        keeping.restore,
        keeping.check,
    ):
        app.cli.add_command(command)
