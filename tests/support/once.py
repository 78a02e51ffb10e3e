"""What is made once in a test process, although each test makes an application and a database of its own.

A running site compiles its addresses and statements once, and its worker starts one reading process. Tests that made
everything anew spent half of their processor time on compiling the same addresses and the same statements again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from werkzeug.routing.rules import Rule

from docmgr import db, worker
from docmgr.reading.process.runner import Reader
from docmgr.services.start import sheets

# Options that create_engine gives to the pool and the driver. Those of the dialect would be lost where one is shared.
OF_THE_POOL = {"connect_args", "pool_pre_ping", "pool_size", "pool_timeout"}


def compile_addresses(patch: pytest.MonkeyPatch) -> None:
    """Let equal rules of URL maps share the function that builds their addresses: it depends on nothing else."""
    compile_builder = Rule._compile_builder
    made: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, *rule._trace, *sorted((rule.defaults or {}).items()), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    patch.setattr(Rule, "_compile_builder", builder)


def compile_statements(patch: pytest.MonkeyPatch, server: str | None) -> None:
    """Let databases of one kind share their compiled statements; SQLAlchemy keeps these by the dialect's identity.

    `server` is the URL of the server that tests use, whose version the dialect asks for once; None where they use SQLite.
    """
    shared: dict[str, Engine] = {}

    def engine(url: str, **options: Any) -> Engine:
        assert options.keys() <= OF_THE_POOL
        made = create_engine(url, **options)
        name = made.dialect.name
        if name != "sqlite" and not server:
            return made  # a test of a server that is not there
        if name not in shared:
            shared[name] = create_engine("sqlite://" if name == "sqlite" else server or "")
            shared[name].connect().close()
            shared[name].dispose()
        made.dialect = made.pool._dialect = shared[name].dialect
        made._compiled_cache = shared[name]._compiled_cache
        return made

    patch.setattr(db, "create_engine", engine)


class KeptReader(Reader):
    """A reader whose process goes on when a worker is done, for the worker of the next test."""

    def close(self) -> None:
        """Leave the reading process as it is; it forks anew for each file and keeps nothing of any."""

    def end(self) -> None:
        """Stop the reading process."""
        super().close()


@contextmanager
def start_reading(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let workers and imports of this process share one reading process: it loads the libraries of all formats when it starts."""
    kept = KeptReader()
    for module in (worker, sheets):
        patch.setattr(module, "Reader", lambda **_: kept)
    yield
    kept.end()
