"""Fixtures for tests of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from docmgr import db
from docmgr.context import Context


@dataclass(frozen=True)
class Answer:
    """The result of a command: exit code, stdout, stderr, and the JSON values on stdout, one per line."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Every line of stdout as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> Any:
        """The one JSON value."""
        (row,) = self.rows
        return row


@pytest.fixture
def command(runner: FlaskCliRunner, site: Context) -> Callable[..., Answer]:
    """`command("import", path, "--json", input="…")` → Answer."""

    def call(*arguments: object, input: str | None = None) -> Answer:
        db.release()
        result = runner.invoke(args=[str(argument) for argument in arguments], input=input)
        db.release()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return call
