"""What steps of docmgr/migrations may do while the release before still runs: they expand. What contracts is named here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docmgr.migrations import large
from docmgr.services.upkeep.migrate import MIGRATIONS

# These take away, rename or narrow what the release before uses, so while they run no machine of it may run. Whoever adds one here says
# so in CHANGES.md: "stop all machines first". A step that drops what a release stopped using is added with the release after that one.
CONTRACTING = {
    "0006": "the hash of each event is required",
    "0010": "a code takes the place of the sentence about a reading",
    "0030": "roles take the place of rights",
}
TAKING = {"drop_column", "drop_table", "rename_table", "drop_constraint"}
NARROWING = {"alter_column", "create_unique_constraint", "create_check_constraint", "create_foreign_key"}
STATEMENTS = re.compile(r"\b(?:DROP\s+(?:TABLE|COLUMN|CONSTRAINT)|RENAME\b|SET\s+NOT\s+NULL|ALTER\s+(?:COLUMN\s+)?\w+\s+TYPE)", re.IGNORECASE)


def _called(node: ast.AST) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def contracts(source: str) -> Iterator[str]:
    """Yield what a step does that the release before cannot bear."""
    for node in ast.walk(ast.parse(source)):
        if (name := _called(node)) in TAKING | NARROWING:
            yield name
        if name == "add_column" and _required(node):
            yield "a required column without a value of its own"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENTS.search(node.value):
            yield node.value


def _required(call: ast.AST) -> bool:
    """Whether an added column must be given, which the release before does not."""
    columns = (node for node in ast.walk(call) if _called(node) == "Column")
    given = [{word.arg: word.value for word in column.keywords} for column in columns if isinstance(column, ast.Call)]
    return any(isinstance(words.get("nullable"), ast.Constant) and words["nullable"].value is False and "server_default" not in words for words in given)


# The last step from before large tables got their indexes while others write.
LAST_BEFORE = "0060"


def indexed(source: str) -> set[str]:
    """The large tables that a step gives an index and did not make."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = {name: {arg.value for call in calls if _called(call) == name for arg in call.args if isinstance(arg, ast.Constant)} for name in ("create_index", "create_table")}
    return (large.TABLES & named["create_index"]) - named["create_table"]


def _steps() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))


def test_steps_expand_unless_they_are_named() -> None:
    found = {path.name[:4]: [*contracts(path.read_text(encoding="utf-8"))] for path in _steps()}
    assert len(found) > 50
    assert {number: what for number, what in found.items() if what and number not in CONTRACTING} == {}
    assert [number for number in CONTRACTING if not found[number]] == []


def test_large_tables_get_their_indexes_while_others_write() -> None:
    found = {path.name[:4]: indexed(path.read_text(encoding="utf-8")) for path in _steps()}
    assert {number: tables for number, tables in found.items() if tables and number > LAST_BEFORE} == {}
    assert found["0050"] == {"occurrence"} and found["0001"] == set()


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("task", "words")', 'op.rename_table("task", "duty")', 'batch.alter_column("words", new_column_name="text")',
        'op.execute("ALTER TABLE task RENAME COLUMN words TO text")', 'op.execute("ALTER TABLE task ALTER COLUMN words SET NOT NULL")',
        'op.execute("ALTER TABLE task ALTER words TYPE integer")', 'op.add_column("task", sa.Column("words", sa.Text(), nullable=False))',
        'op.create_unique_constraint("uq_task_words", "task", ["words"])', 'op.execute("DROP TABLE task")',
    ],
)  # fmt: skip
def test_what_contracts_is_seen(line: str) -> None:
    assert [*contracts(line)] != []


@pytest.mark.parametrize(
    "line",
    [
        'op.add_column("task", sa.Column("words", sa.Text(), nullable=True))', 'op.create_table("duty", sa.Column("name", sa.Text(), nullable=False))',
        'op.add_column("task", sa.Column("far", sa.Boolean(), server_default=sa.false(), nullable=False))', 'op.drop_index("ix_task_words", "task")',
    ],
)  # fmt: skip
def test_what_expands_is_not_blamed(line: str) -> None:
    assert [*contracts(line)] == []
