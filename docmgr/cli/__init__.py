"""The command line: `flask --app docmgr …`. Each command only calls a service and prints the result."""

from flask import Flask

from docmgr.cli import finding, importing, index, keeping, layout, reading, rereading, storing, trail, users
from docmgr.cli.common import settings_or_exit

__all__ = ["register", "settings_or_exit"]


def register(app: Flask) -> None:
    """Add all commands to the command line of the application."""
    for command in (
        users.users,
        importing.import_files,
        reading.read,
        layout.layout,
        rereading.reread,
        finding.search_documents,
        finding.show,
        index.index,
        trail.trail,
        keeping.backup,
        keeping.restore,
        keeping.check,
        storing.storage,
    ):
        app.cli.add_command(command)
