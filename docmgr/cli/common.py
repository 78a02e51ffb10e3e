"""What every command shares: the site it works on, JSON on stdout, everything else on stderr, and exit codes.

0 done; 1 some files refused or unreadable, something not found, faults found; 2 usage.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from docmgr.archive import BadBackup
from docmgr.context import Context
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services import folders, migrate, people
from docmgr.services.errors import Conflict, Invalid, NotFound

DONE, INCOMPLETE, USAGE = 0, 1, 2

# Error → exit code and sentence; None: the error's own words.
ANSWERS: dict[type[Exception], tuple[int, str | None]] = {
    NotFound: (INCOMPLETE, "Không tìm thấy."),
    Denied: (INCOMPLETE, "Không được phép."),
    Invalid: (USAGE, None),
    Conflict: (INCOMPLETE, None),
    BadBackup: (INCOMPLETE, None),
    migrate.UnknownRevision: (INCOMPLETE, "Dữ liệu thuộc một bản phát hành mới hơn bản đang cài."),
    OSError: (INCOMPLETE, None),
}


def site_command(function: Callable[..., int | None]) -> Callable[..., None]:
    """A command on a site whose database is up to date; the function returns its exit code."""
    return _command(function, prepare=True)


def bare_command(function: Callable[..., int | None]) -> Callable[..., None]:
    """A command that finds the database as it is (restore)."""
    return _command(function, prepare=False)


def _command(function: Callable[..., int | None], *, prepare: bool) -> Callable[..., None]:
    @click.option("--json", "as_json", is_flag=True, help="Chỉ in JSON ra đầu ra chuẩn.")
    @with_appcontext
    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        as_json = arguments["as_json"]
        try:
            code = _run(function, prepare, arguments)
        except BrokenPipeError:
            # Whoever read the output has gone (| head); click ends the command quietly.
            raise
        except tuple(ANSWERS) as error:
            code, sentence = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
            refuse(sentence or str(error), as_json=as_json)
        sys.stdout.flush()
        click.get_current_context().exit(code or DONE)

    return run


def _run(function: Callable[..., int | None], prepare: bool, arguments: dict[str, Any]) -> int | None:
    site: Context = current_app.extensions["docmgr"]
    if prepare:
        migrate.upgrade(site.database)
    with site.bound():
        if prepare:
            folders.ensure_root()
        return function(**arguments)


def actor_named(username: str | None) -> Actor:
    """The person of `--as`, or the command line itself, which may read everything. Raises NotFound."""
    if username is None:
        return COMMAND_LINE
    user = people.by_username(username)
    if user is None or user.disabled_at is not None:
        raise NotFound
    return people.actor_for(user, via="cli")


def emit(value: Any) -> None:
    """One JSON value on one line of stdout."""
    click.echo(json.dumps(value, ensure_ascii=False))


def say(text: str) -> None:
    """A line of stdout for people."""
    click.echo(text)


def note(text: str) -> None:
    """A line of progress, on stderr."""
    click.echo(text, err=True)


def refuse(sentence: str, *, as_json: bool) -> None:
    """Say why nothing was done."""
    note(sentence)
    if as_json:
        emit({"error": sentence})
