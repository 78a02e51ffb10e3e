"""What cannot work is said in one Vietnamese sentence: settings, database, disk. Commands are started from outside."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docmgr.cli import disk
from docmgr.settings import ROOT, SettingsError, from_environment
from tests.cli.conftest import Answer

pytestmark = pytest.mark.slow

FLASK = ("flask", "--app", "docmgr")


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is bound but on which nobody listens, so that it refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def _start(tmp_path: Path, *command: str, **settings: str) -> Answer:
    """Start a command as a separate process, as people do."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
    environment |= {"DOCMGR_HOME": str(tmp_path / "data"), **settings}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


def _is_one_sentence(answer: Answer, words: str) -> bool:
    (line,) = answer.err.splitlines()
    return answer.code == 2 and words in line and line.endswith(".") and "Traceback" not in line


UNUSABLE = [
    ({"DOCMGR_MAX_FILE_MB": "x"}, "DOCMGR_MAX_FILE_MB"),
    ({"DOCMGR_DATABASE_URL": "mysql://u:secret@h/d"}, "DOCMGR_DATABASE_URL"),
    ({"DOCMGR_HOME": "/dev/null/data"}, "DOCMGR_HOME"),
]


@pytest.mark.parametrize(("settings", "words"), UNUSABLE)
def test_unusable_settings(tmp_path: Path, settings: dict[str, str], words: str) -> None:
    answer = _start(tmp_path, *FLASK, "search", "x", "--json", **settings)
    assert _is_one_sentence(answer, words) and "secret" not in answer.err
    assert answer.row == {"error": answer.err.rstrip("\n")}
    spoken = _start(tmp_path, *FLASK, "search", "x", **settings)
    assert _is_one_sentence(spoken, words) and spoken.out == ""
    assert _is_one_sentence(_start(tmp_path, "docmgr.run", **settings), words)


def test_a_port_that_is_no_number(tmp_path: Path) -> None:
    for port in ("x", "0", "65536"):
        assert _is_one_sentence(_start(tmp_path, "docmgr.run", PORT=port), "PORT")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_server_that_does_not_answer(tmp_path: Path, closed_port: int, scheme: str) -> None:
    url = f"{scheme}://someone:secret@127.0.0.1:{closed_port}/docmgr"
    answer = _start(tmp_path, *FLASK, "index", "status", "--json", DOCMGR_DATABASE_URL=url)
    assert _is_one_sentence(answer, "máy chủ không nhận kết nối") and "secret" not in answer.err
    assert answer.row == {"error": answer.err.rstrip("\n")}


def test_start_up_without_its_database_server(tmp_path: Path, closed_port: int) -> None:
    url = f"postgresql://127.0.0.1:{closed_port}/docmgr"
    assert _is_one_sentence(_start(tmp_path, "docmgr.run", DOCMGR_DATABASE_URL=url), "máy chủ không nhận kết nối")


def test_a_database_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"no database " * 200)
    broken, missing = (f"sqlite:///{tmp_path / name}" for name in ("broken.sqlite", "no/such.sqlite"))
    assert _is_one_sentence(_start(tmp_path, *FLASK, "check", DOCMGR_DATABASE_URL=broken), "không phải là cơ sở dữ liệu")
    add = ("users", "add", "nguoi1", "--role", "staff")
    assert _is_one_sentence(_start(tmp_path, *FLASK, *add, DOCMGR_DATABASE_URL=missing), "không mở được tệp")


@pytest.mark.parametrize("there", [False, True])
def test_nothing_is_made_where_nothing_is(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "data").mkdir()
    answer = _start(tmp_path, *FLASK, "backup", str(tmp_path / "b.tar"), "--json")
    assert _is_one_sentence(answer, str(tmp_path / "data")) and set(answer.row) == {"error"}
    assert [path.name for path in tmp_path.rglob("*")] == (["data"] if there else [])


def test_an_empty_file_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    assert _is_one_sentence(_start(tmp_path, *FLASK, "check", DOCMGR_DATABASE_URL=url), "Không có dữ liệu của docmgr")
    assert (tmp_path / "empty.sqlite").stat().st_size == 0


def test_people_and_documents_may_come_first(tmp_path: Path) -> None:
    """These commands begin a new site; afterwards the site exists for commands that only read."""
    (tmp_path / "a.txt").write_text("Quy chế dân chủ.")
    assert _start(tmp_path, *FLASK, "users", "add", "nguoi1", "--role", "clerk").code == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert _start(tmp_path, *FLASK, "import", str(tmp_path / "a.txt"), DOCMGR_HOME=str(tmp_path / "other")).code == 0
    assert _start(tmp_path, *FLASK, "backup", str(tmp_path / "b.tar")).code == 0
    assert _start(tmp_path, *FLASK, "restore", str(tmp_path / "b.tar"), DOCMGR_HOME=str(tmp_path / "third")).code == 0


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p?:/x@h:5432/d?sslmode=require", "postgresql+psycopg://u:p?:/x@h:5432/d?sslmode=require"),
        ("postgresql+psycopg://[::1]:5432/d", "postgresql+psycopg://[::1]:5432/d"),
        ("postgresql:///d?host=/run/postgresql", "postgresql+psycopg:///d?host=/run/postgresql"),
        ("sqlite:////data/a@b:c/d.sqlite", "sqlite:////data/a@b:c/d.sqlite"),
    ],
)
def test_spellings_of_the_database(tmp_path: Path, given: str, taken: str) -> None:
    settings = from_environment({"DOCMGR_HOME": str(tmp_path), "DOCMGR_DATABASE_URL": given})
    assert settings.database_url == taken


@pytest.mark.parametrize(
    "given", ["postgresql://u:p@h:port/d", "postgresql+asyncpg://h/d", "sqlite://d", "h/d", "postgresql+psycopg:d"]
)
def test_no_database(tmp_path: Path, given: str) -> None:
    with pytest.raises(SettingsError, match="DOCMGR_DATABASE_URL"):
        from_environment({"DOCMGR_HOME": str(tmp_path), "DOCMGR_DATABASE_URL": given})


def test_what_the_system_says_is_vietnamese(tmp_path: Path) -> None:
    with pytest.raises(OSError) as missing:
        (tmp_path / "missing").open()
    assert disk.sentence(missing.value) == f"Không có tệp hoặc thư mục này: {tmp_path / 'missing'}."
    for number in errno.errorcode:
        assert os.strerror(number) not in disk.reason(OSError(number, os.strerror(number)))
    assert disk.sentence(OSError("Ổ đĩa đầy.")) == "Ổ đĩa đầy."
