"""`import`: which files are walked, what is printed, and that the work is done with and without a running worker."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from docmgr import db
from docmgr.cli import importing
from docmgr.cli.importing import LEADS_OUT
from docmgr.context import Context
from docmgr.models import Document, Folder, Job, TrailEvent
from docmgr.settings import ROOT
from tests.cli.conftest import Answer

pytestmark = pytest.mark.slow

Command = Callable[..., Answer]
TEXT = "QUYẾT ĐỊNH\nĐiều 1. Ban hành quy chế dân chủ.\n"
FIELDS = {"path", "outcome", "reason", "document", "state"}


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder of files: two with text, a copy, an empty one, a program, hidden ones."""
    folder = tmp_path / "papers"
    (folder / "sub").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "copy of a.txt").write_text(TEXT)
    (folder / "sub" / "b.txt").write_text("Kế hoạch tập huấn năm 2024.")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "program").write_bytes(b"\x7fELF" + bytes(range(256)) * 8)
    (folder / ".hidden.txt").write_text("ẩn")
    (folder / ".git" / "c.txt").write_text("ẩn")
    return folder


def _states() -> list[tuple[str, str]]:
    with db.read() as session:
        return [(d.workflow, d.state) for d in session.scalars(sa.select(Document).order_by(Document.id))]


def test_every_file_ends_in_a_final_state(command: Command, papers: Path) -> None:
    answer = command("import", papers, "--wait", "--json")
    by_name = {row["path"]: row for row in answer.rows}
    assert answer.code == 1
    assert set(by_name) == {
        f"{papers}/{name}" for name in ("a.txt", "copy of a.txt", "empty.txt", "program", "sub/b.txt")
    }
    assert all(set(row) == FIELDS for row in answer.rows)
    outcomes = {path.removeprefix(f"{papers}/"): (row["outcome"], row["state"]) for path, row in by_name.items()}
    assert outcomes == {
        "a.txt": ("stored", "findable"),
        "copy of a.txt": ("duplicate", "findable"),
        "empty.txt": ("stored", "unreadable"),
        "program": ("refused", None),
        "sub/b.txt": ("stored", "findable"),
    }
    first, copy = by_name[f"{papers}/a.txt"], by_name[f"{papers}/copy of a.txt"]
    assert first["document"] == copy["document"] and first["reason"] is None
    assert by_name[f"{papers}/program"]["document"] is None and by_name[f"{papers}/program"]["reason"]
    assert by_name[f"{papers}/empty.txt"]["reason"]


def test_without_wait_the_work_is_left_to_the_worker(command: Command, papers: Path) -> None:
    answer = command("import", papers / "a.txt", "--json")
    assert answer.code == 0 and answer.row["state"] == "waiting" and answer.row["path"] == str(papers / "a.txt")
    with db.read() as session:
        assert session.scalars(sa.select(Job.kind)).all() == ["read"]


def test_running_again_continues(command: Command, papers: Path) -> None:
    command("import", papers / "sub", "--json")
    answer = command("import", papers, "--json")
    assert [row["outcome"] for row in answer.rows] == ["stored", "duplicate", "stored", "refused", "duplicate"]


def test_published_unless_draft(command: Command, papers: Path) -> None:
    command("import", papers / "a.txt", "--wait")
    command("import", papers / "sub", "--wait", "--draft")
    assert _states() == [("published", "findable"), ("draft", "findable")]


def test_the_folder_is_made(command: Command, papers: Path) -> None:
    for name in ("a.txt", "sub"):
        assert command("import", papers / name, "--folder", "Văn bản đến/2024").code == 0
    with db.read() as session:
        names = session.execute(sa.select(Folder.name).order_by(Folder.id)).scalars().all()
        places = session.scalars(sa.select(Document.folder_id)).all()
    assert names[1:] == ["Văn bản đến", "2024"] and len(set(places)) == 1


def _folders() -> list[str]:
    with db.read() as session:
        return list(session.scalars(sa.select(Folder.name).where(Folder.parent_id.is_not(None)).order_by(Folder.id)))


@pytest.mark.parametrize("name", ["../x", "a/..", ".", "a/./b", "a/.\u200b./b"])
def test_a_folder_is_a_name_and_no_way(command: Command, papers: Path, name: str) -> None:
    answer = command("import", papers / "a.txt", "--folder", name, "--json")
    assert answer.code == 2 and set(answer.row) == {"error"}
    assert _folders() == [] and _states() == []


def test_no_folder_is_made_for_nothing(command: Command, papers: Path, site: Context) -> None:
    command("import", papers / "a.txt")
    with db.read() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(TrailEvent))
    answer = command("import", papers / "program", papers / "missing", papers / "copy of a.txt", "--folder", "A/B", "--json")
    assert [row["outcome"] for row in answer.rows] == ["refused", "refused", "duplicate"]
    with db.read() as session:
        after = session.scalar(sa.select(sa.func.count()).select_from(TrailEvent))
    assert _folders() == [] and after == before and len(list(site.storage.list())) == 1
    answer = command("import", papers, "--folder", "A/B", "--json")
    assert [row["outcome"] for row in answer.rows] == ["duplicate", "duplicate", "stored", "refused", "stored"]
    assert _folders() == ["A", "B"]


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder with links to a file and a folder outside, to a file inside and to nothing, and a sibling folder whose
    name begins alike."""
    outside, inside = tmp_path / "in-secret", tmp_path / "in"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.txt").write_text("Mật khẩu của máy chủ.")
    (inside / "a.txt").write_text(TEXT)
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "dir").symlink_to(outside)
    (inside / "same.txt").symlink_to("a.txt")
    (inside / "nothing.txt").symlink_to("missing.txt")
    (inside / "self").symlink_to(".")
    return inside


def test_links_do_not_lead_out_of_a_folder(command: Command, linked: Path) -> None:
    rows = {row["path"].removeprefix(f"{linked}/"): row for row in command("import", linked, "--json").rows}
    assert {name: row["outcome"] for name, row in rows.items()} == {
        "a.txt": "stored", "same.txt": "duplicate", "link.txt": "refused", "dir": "refused", "nothing.txt": "refused",
    }  # fmt: skip
    assert rows["link.txt"]["reason"] == rows["dir"]["reason"] == LEADS_OUT
    with db.read() as session:
        assert session.scalars(sa.select(Document.file_name)).all() == ["a.txt"]


def test_what_is_named_outright_may_be_a_link(command: Command, linked: Path, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(linked)
    assert command("import", linked / "link.txt", "--json").row["outcome"] == "stored"
    rows = command("import", linked / "dir", tmp_path / "way" / "a.txt", "--json").rows
    assert [row["outcome"] for row in rows] == ["duplicate", "stored"]
    by_way = {row["path"]: row["outcome"] for row in command("import", tmp_path / "way", "--json").rows}
    assert by_way[f"{tmp_path}/way/a.txt"] == "duplicate" and by_way[f"{tmp_path}/way/link.txt"] == "refused"


def test_a_file_that_becomes_a_link_meanwhile(linked: Path, tmp_path: Path, site: Context) -> None:
    """In a large folder, minutes pass between the walk and the storing of a file."""
    found = {item.path: item for item in importing.walk([str(linked)])}
    (linked / "a.txt").unlink()
    (linked / "a.txt").symlink_to(tmp_path / "in-secret" / "secret.txt")
    with site.bound():
        result = importing._store(found[f"{linked}/a.txt"], "", publish=True)
    assert (result.outcome, result.reason) == ("refused", LEADS_OUT)


def test_what_is_not_there_or_no_file_is_refused(command: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    answer = command("import", tmp_path / "missing.txt", tmp_path / "pipe", "--json")
    assert answer.code == 1 and [row["outcome"] for row in answer.rows] == ["refused", "refused"]


def test_an_unreadable_file_does_not_stop_the_next(command: Command, papers: Path) -> None:
    answer = command("import", papers / "missing", papers / "a.txt", "--json")
    assert [row["outcome"] for row in answer.rows] == ["refused", "stored"]


def test_too_large(command: Command, site: Context, tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as out:
        out.truncate(site.settings.max_file_bytes + 1)
    answer = command("import", big, "--json")
    assert answer.code == 1 and answer.row["outcome"] == "refused" and answer.row["reason"] == "Tệp lớn hơn 19 MB."
    assert list(site.storage.list()) == []


def test_a_refusal_is_told_with_its_values(command: Command, papers: Path) -> None:
    answer = command("import", papers / "a.txt", "--folder", "x" * 201, "--json")
    assert answer.code == 2 and answer.row == {"error": "Tên thư mục dài quá 200 ký tự."}


def test_a_secrecy_stamp_is_told_with_its_level(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mat.txt").write_text("TỐI MẬT\n\nSỞ X\nSố: 1/KH-SX\n\nKẾ HOẠCH\nĐiều 1. Nội dung.\n")
    answer = command("import", tmp_path / "mat.txt", "--wait", "--json")
    assert answer.row["state"] == "withheld" and "không giữ tệp và nội dung. (Tối mật) Tệp và chữ" in answer.row["reason"]
    told = command("import", tmp_path / "mat.txt", "--wait").out
    assert "đã có" in told and "(Tối mật) Tệp và chữ đã được gỡ khỏi hệ thống" in told


def test_a_name_that_is_no_text(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/t\xean.txt")).write_text(TEXT)
    answer = command("import", folder, "--json")
    assert answer.row["outcome"] == "stored" and "t\ufffdn.txt" in answer.row["path"]


def test_usage(command: Command) -> None:
    assert command("import").code == 2
    assert command("import", "--nonsense", "x").code == 2


def _environment(site: Context) -> dict[str, str]:
    return os.environ | {
        "DOCMGR_HOME": str(site.settings.home),
        "DOCMGR_UPLOADS": str(site.settings.uploads),
        "DOCMGR_DATABASE_URL": site.settings.database_url,
        "DOCMGR_SECRET_KEY": site.settings.secret_key,
    }


def test_a_running_worker_gets_the_work(site: Context, papers: Path) -> None:
    """With separate processes as people use them: a worker runs, and `flask --app docmgr import --wait` waits for
    it."""
    environment = _environment(site)
    worker = subprocess.Popen([sys.executable, "-m", "docmgr.worker"], cwd=ROOT, env=environment)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "docmgr", "import", str(papers), "--wait", "--json"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert worker.poll() is None
    finally:
        worker.terminate()
        assert worker.wait(30) == 0
    assert done.returncode == 1, done.stderr
    assert done.stdout.count('"findable"') == 3
