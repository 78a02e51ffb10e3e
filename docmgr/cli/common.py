"""What all commands share: the site they work on, JSON on stdout and everything else on stderr, and the exit
codes.

Exit code 0 means done. 1 means that some files were refused or unreadable, something was not found, or
faults were found. 2 means wrong usage, invalid settings, or no database.
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
from docmgr.cli import disk
from docmgr.context import Context
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services import outage
from docmgr.services.access import by_number
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.people import people
from docmgr.services.upkeep import migrate, store_state
from docmgr.settings import Settings, SettingsError, from_environment, make_folders
from docmgr.storage import StoreAway
from indexer import IndexBusy, IndexUnusable

DONE, INCOMPLETE, USAGE = 0, 1, 2
NO_INDEX = "Chưa có chỉ mục dùng được; hãy chạy `index rebuild` hoặc `make run`."

# Error → its exit code and a sentence. None means the error's own message.
ANSWERS: dict[type[Exception], tuple[int, str | None]] = {
    NotFound: (INCOMPLETE, "Không tìm thấy."),
    Denied: (INCOMPLETE, "Không được phép."),
    Invalid: (USAGE, None),
    Conflict: (INCOMPLETE, None),
    BadBackup: (INCOMPLETE, None),
    migrate.NoSite: (USAGE, None),
    SettingsError: (USAGE, None),
    migrate.UnknownRevision: (INCOMPLETE, "Dữ liệu thuộc một bản phát hành mới hơn bản đang cài."),
    IndexUnusable: (INCOMPLETE, NO_INDEX),
    IndexBusy: (INCOMPLETE, "Tiến trình khác đang ghi chỉ mục; hãy thử lại sau ít phút."),
    StoreAway: (INCOMPLETE, None),
    OSError: (INCOMPLETE, None),
}
EXPECTED: tuple[type[Exception], ...] = (*ANSWERS, *outage.ERRORS)


def site_command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Decorate a command that needs an existing site; the database of the site is migrated first. `function`
    does the work and returns the exit code of the command, or None for 0.

    When there is no site, none is created and the command fails. Otherwise a mistyped DOCMGR_HOME would make
    a command read or back up an empty site.
    """
    return _command(function, _require_site)


def founding_command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Decorate a command that may be the first one of a new site, such as adding people or documents. A
    missing site is created. `function` returns the exit code of the command, or None for 0."""
    return _command(function, _found_site)


def bare_command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Decorate a command that uses the database without migrating it first. `restore` needs this. `function`
    returns the exit code of the command, or None for 0."""
    return _command(function, _make_folders)


def siteless_command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Decorate a command that uses no data of the site, so that none need exist and none is created.
    `function` returns the exit code of the command, or None for 0."""
    return _command(function, lambda _site: None)


def _require_site(site: Context) -> None:
    migrate.require_site(site.database)
    _bring_up_to_date(site)


def _found_site(site: Context) -> None:
    _make_folders(site)
    _bring_up_to_date(site)


def _make_folders(site: Context) -> None:
    make_folders(site.settings.home, site.settings.uploads)


def _bring_up_to_date(site: Context) -> None:
    migrate.upgrade(site.database)
    with site.bound():
        tree.ensure_root()


def _command(function: Callable[..., int | None], prepare: Callable[[Context], None]) -> Callable[..., None]:
    @click.option("--json", "as_json", is_flag=True, help="Chỉ in JSON ra đầu ra chuẩn.")
    @with_appcontext
    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        as_json = arguments["as_json"]
        try:
            code = _run(function, prepare, {name: _sound(value) for name, value in arguments.items()})
        except BrokenPipeError:
            # The reader of the output has closed it (| head); click then ends the command quietly.
            raise
        except EXPECTED as error:
            code, sentence = _answer(error)
            refuse(sentence, as_json=as_json)
        sys.stdout.flush()
        click.get_current_context().exit(code or DONE)

    return run


def _sound(value: Any) -> Any:
    """Replace each character of a text that UTF-8 cannot encode by "?". Paths can contain such characters.
    Other values stay unchanged."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _answer(error: Exception) -> tuple[int, str]:
    """Decide how a command ends after `error`. Returns (exit code, Vietnamese sentence for the user). A
    database error that is a mistake in the program is raised again."""
    if isinstance(error, outage.ERRORS):
        if (sentence := outage.sentence(error)) is None:
            raise error
        return USAGE, sentence
    if isinstance(error, StoreAway):
        return INCOMPLETE, store_state.PROBLEMS[error.reason].told()
    code, words = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    return code, words or (disk.sentence(error) if isinstance(error, OSError) else str(error))


def _run(
    function: Callable[..., int | None], prepare: Callable[[Context], None], arguments: dict[str, Any]
) -> int | None:
    site: Context = current_app.extensions["docmgr"]
    prepare(site)
    with site.bound():
        return function(**arguments)


def settings_or_exit() -> Settings:
    """Read the settings from the environment. In a command, invalid settings end the process with a sentence
    and exit code 2, and missing folders are not created, because some commands must not create a site.

    Outside of a command (web server, tests), missing folders are created, and invalid settings raise
    SettingsError.
    """
    command = click.get_current_context(silent=True) is not None
    try:
        return from_environment(make=not command)
    except SettingsError as error:
        if not command:
            raise
        # The command itself has not been parsed yet, and neither have its options.
        refuse(str(error), as_json="--json" in sys.argv)
        sys.exit(USAGE)


def actor_named(username: str | None) -> Actor:
    """Find the person whose user name was given with `--as`, and return them as the actor. None means the
    command line itself as the actor, which may read everything. Raises NotFound when there is no such person
    or they are disabled."""
    if username is None:
        return COMMAND_LINE
    user = people.by_username(username)
    if user is None or user.disabled_at is not None:
        raise NotFound
    return people.acting(user, via="cli")


def document_meant(document: str, *, as_json: bool) -> int | None:
    """Find the document that the argument `document` means, an id or a number in any spelling. None when several have the number:
    the command has then named them and ends with USAGE. Raises NotFound when there is none."""
    ids = by_number.resolve(COMMAND_LINE, document)
    if len(ids) == 1:
        return ids[0]
    note(f"Số này có ở nhiều văn bản: {', '.join(map(str, ids))}.")
    if as_json:
        emit({"candidates": ids})
    return None


def emit(value: Any) -> None:
    """Print a value as JSON on one line of stdout."""
    click.echo(json.dumps(value, ensure_ascii=False))


def say(text: str) -> None:
    """Print a line for people on stdout."""
    click.echo(text)


def note(text: str) -> None:
    """Print a line about progress on stderr."""
    click.echo(text, err=True)


def refuse(sentence: str, *, as_json: bool) -> None:
    """Print on stderr why nothing was done; with `as_json` also print the sentence as {"error": …} on
    stdout."""
    note(sentence)
    if as_json:
        emit({"error": sentence})
