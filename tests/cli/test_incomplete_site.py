"""A site that lacks something, as commands meet it: no tables, no index, a file that is missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from docmgr.context import Context
from docmgr.services.upkeep import table_copy
from tests.cli.conftest import Answer

Command = Callable[..., Answer]

LOOKING = [
    ("backup", "b.tar"), ("check",), ("show", "1"), ("search", "x"), ("trail", "verify"), ("trail", "head"),
    ("trail", "export", "1"), ("index", "status"), ("index", "check"), ("index", "rebuild"), ("index", "retrain"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", LOOKING)
def test_a_home_without_a_site(command: Command, site: Context, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """With a mistyped DOCMGR_HOME a command must neither answer from nor back up an empty site."""
    with site.database.write_engine.begin() as connection:
        table_copy.reflected(connection).drop_all(connection)
    target = tmp_path / "b.tar"
    answer = command(*(target if word == "b.tar" else word for word in arguments), "--json")
    assert answer.code == 2 and "Không có dữ liệu của docmgr" in answer.row["error"] and "DOCMGR_HOME" in answer.err
    assert not target.exists()
    with site.database.engine.connect() as connection:
        assert table_copy.reflected(connection).tables == {}


def test_a_fault_of_the_program_is_not_called_an_outage(command: Command, site: Context) -> None:
    with site.database.write_engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE job")
    with pytest.raises(Exception, match="job"):
        command("index", "status", "--json")


def test_search_without_an_index_is_no_answer(command: Command, site: Context) -> None:
    shutil.rmtree(site.settings.index_path, ignore_errors=True)
    answer = command("search", "công khai", "--json")
    assert answer.code == 1 and set(answer.row) == {"error"}
    assert "index rebuild" in answer.err and "make run" in answer.err and "đang lập lại" not in answer.err
    assert command("search", "công khai").out == ""
    assert command("index", "rebuild", "--json").code == 0
    assert command("search", "công khai", "--json").row["total"] == 0


def test_a_command_names_the_file_in_vietnamese(command: Command, tmp_path: Path) -> None:
    answer = command("import", tmp_path / "missing.txt", "--json")
    assert json.loads(answer.out)["reason"] == "Không mở được tệp: không có tệp hoặc thư mục này."
