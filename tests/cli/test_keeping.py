"""`users`, `index`, `trail`, `backup`, `restore`, `check` from the command line: exit codes and JSON."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import TrailEvent, Unit
from docmgr.policy import COMMAND_LINE
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.people import people as people_service
from docmgr.services.upkeep import table_copy
from indexer.analysis import language_model
from tests.cli.conftest import Answer
from tests.support.tampering import fit_hashes, unguarded

pytestmark = pytest.mark.slow

Command = Callable[..., Answer]
PASSWORD = "chín-con-gà-trên-đồi-7"


@pytest.fixture
def paper(command: Command, tmp_path: Path) -> int:
    """One document, read and indexed; its id."""
    (tmp_path / "a.txt").write_text("QUYẾT ĐỊNH\nĐiều 1. Ban hành quy chế dân chủ.\n")
    return command("import", tmp_path / "a.txt", "--wait", "--json").row["document"]


def test_a_person_who_can_sign_in_at_once(command: Command, client: FlaskClient) -> None:
    answer = command(
        "users", "add", "nguoi1", "--role", "clerk", "--role", "staff", "--unit", "Phòng Tổ chức", "--full-name",
        "Văn thư", "--password-stdin", "--json", input=f"{PASSWORD}\n",
    )  # fmt: skip
    assert answer.code == 0 and answer.row["username"] == "nguoi1" and PASSWORD not in answer.out
    user = people_service.by_username("nguoi1")
    assert user is not None and not user.must_change_password
    assert {role.role for role in user.roles} == {"clerk", "staff"} and user.unit is not None
    assert user.unit.name == "Phòng Tổ chức"


def test_the_unit_is_not_made_twice(command: Command) -> None:
    for name in ("nguoi3", "nguoi4"):
        command("users", "add", name, "--role", "staff", "--unit", "Văn phòng", "--password-stdin", input=PASSWORD)
    db.release()
    one, two = (people_service.by_username(name) for name in ("nguoi3", "nguoi4"))
    assert one is not None and two is not None and one.unit_id == two.unit_id is not None


def test_roles_and_unit_are_set_and_the_trail_says_from_what(command: Command, site: Context) -> None:
    command("users", "add", "nguoi5", "--role", "staff", "--unit", "Tổ một", "--password-stdin", input=PASSWORD)
    both = command("users", "set", "Nguoi5", "--role", "clerk", "--role", "auditor", "--unit", "Tổ hai", "--json")
    user = people_service.by_username("nguoi5")
    assert user is not None and both.code == 0
    assert both.row == {"id": user.id, "username": "nguoi5", "roles": ["clerk", "auditor"], "unit": "Tổ hai"}
    assert {role.role for role in user.roles} == {"clerk", "auditor"}
    # Setting one of the two does not change the other; "" means no unit.
    assert command("users", "set", "nguoi5", "--role", "leader", "--json").row["unit"] == "Tổ hai"
    assert command("users", "set", "nguoi5", "--unit", "to mot", "--json").row["roles"] == ["leader"]
    said = command("users", "set", "nguoi5", "--unit", "")
    assert (said.code, said.out) == (0, "nguoi5 (nguoi5): Lãnh đạo; không thuộc đơn vị nào.\n")
    with db.read() as session:
        query = select(TrailEvent).where(TrailEvent.action == "person:edit").order_by(TrailEvent.seq)
        found = list(session.scalars(query))
    assert {(event.via, event.actor_id, event.subject_id) for event in found} == {("cli", None, user.id)}
    assert [event.details for event in found] == [
        {"unit": ["Tổ một", "Tổ hai"], "roles": [["staff"], ["auditor", "clerk"]]},
        {"roles": [["auditor", "clerk"], ["leader"]]},
        {"unit": ["Tổ hai", "Tổ một"]},
        {"unit": ["Tổ một", None]},
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("khong.co", "--role", "staff"), 1),
        (("khong.co", "--unit", "Tổ mới toanh"), 1),
        (("duy.nhat",), 2),
        (("duy.nhat", "--role", "king"), 2),
        # The only administrator stays one.
        (("duy.nhat", "--role", "staff"), 2),
    ],
)
def test_what_users_set_refuses(command: Command, site: Context, arguments: tuple[str, ...], code: int) -> None:
    command("users", "add", "duy.nhat", "--role", "administrator", "--password-stdin", input=PASSWORD)
    answer = command("users", "set", *arguments, "--json")
    assert answer.code == code
    assert "king" in arguments or set(answer.row) == {"error"}
    user = people_service.by_username("duy.nhat")
    assert user is not None and {role.role for role in user.roles} == {"administrator"}
    with db.read() as session:
        assert session.scalar(select(Unit).where(Unit.name == "Tổ mới toanh")) is None


def test_a_one_time_password_is_told_once(command: Command) -> None:
    answer = command("users", "add", "nguoi2", "--role", "staff", "--json")
    assert answer.code == 0 and len(answer.row["password"]) > 12
    user = people_service.by_username("nguoi2")
    assert user is not None and user.must_change_password


@pytest.mark.parametrize(
    "arguments", [("nguoi1", "--role", "king"), ("nguoi1",), ("Tên Có Dấu Cách", "--role", "staff"), ("x", "--role", "staff")]
)
def test_wrong_usage(command: Command, arguments: tuple[str, ...]) -> None:
    assert command("users", "add", *arguments, "--password-stdin", "--json", input=PASSWORD).code == 2


def test_a_weak_password_and_a_name_taken(command: Command) -> None:
    add = ("users", "add", "nguoi1", "--role", "staff", "--password-stdin", "--json")
    assert command(*add, input="123").code == 2
    assert command(*add, input=PASSWORD).code == 0
    assert set(command(*add, input=PASSWORD).row) == {"error"}


def test_index_status_check_rebuild(command: Command, site: Context, paper: int) -> None:
    status = command("index", "status", "--json")
    assert status.code == 0 and (status.row["documents"], status.row["indexed"]) == (1, 1)
    assert command("index", "check", "--json").row == {"faults": []}
    with site.backend.index.write_batch() as batch:
        batch.delete(paper)
    assert command("index", "check", "--json").code == 1
    assert command("index", "rebuild", "--json").row == {"documents": 1}
    assert command("index", "check", "--json").code == 0


def test_index_check_says_that_damage_will_be_mended(command: Command, site: Context, paper: int) -> None:
    (segment,) = site.backend.index.path.glob("index-*/*.arr")
    content, before = segment.read_bytes(), segment.stat().st_mtime_ns
    with segment.open("r+b") as file:
        file.seek(len(content) - 64)
        file.write(bytes([content[-64] ^ 1]))
    # The modification time stays, as when a disk damages bytes.
    os.utime(segment, ns=(before, before))
    answer = command("index", "check")
    assert answer.code == 1 and "sai tổng kiểm" in answer.out and "Đã yêu cầu lập lại chỉ mục" in answer.err
    assert "Đã yêu cầu lập lại chỉ mục" in command("check", "--full").err
    worker.run_until_idle(site)
    answer = command("index", "check")
    assert answer.code == 0 and "yêu cầu" not in answer.err


def test_index_retrain_learns_and_rebuilds_only_for_something_new(
    command: Command, site: Context, paper: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = command("index", "retrain", "--json")
    assert nothing.code == 0 and nothing.row == {"terms": 0, "rebuilt": False}
    learnt = replace(language_model.base(), words=[*language_model.base().words[:-1], "xqzwa"])
    monkeypatch.setattr("indexer.learn.site_terms.adapt", lambda sources: learnt)
    assert command("index", "retrain", "--json").row["rebuilt"] is True
    assert site.backend.index.snapshot().model.words[-1] == "xqzwa"
    assert command("index", "retrain", "--json").row["rebuilt"] is False
    with db.read() as session:
        events = session.scalars(select(TrailEvent).where(TrailEvent.action == "index:retrain")).all()
    assert len(events) == 3


def test_trail_head_and_verify(command: Command, site: Context, paper: int, tmp_path: Path) -> None:
    first = command("trail", "verify", "--json")
    assert first.code == 0 and set(first.row) == {"ok", "size", "root", "faults", "not_known"}
    assert first.row["ok"] is True and first.row["faults"] == [] and "Chưa có đầu cây" in first.row["not_known"][0]
    head = command("trail", "head")
    assert head.code == 0 and set(head.row) == {"size", "root", "time"}
    assert (head.row["size"], head.row["root"]) == (first.row["size"], first.row["root"])
    (tmp_path / "head.json").write_text(head.out)
    assert command("trail", "verify", "--head", tmp_path / "head.json", "--json").row["ok"] is True
    with unguarded(site) as connection:
        connection.exec_driver_sql("UPDATE trail_event SET actor_label = 'người khác' WHERE seq = 1")
        fit_hashes(connection)
    assert command("trail", "verify", "--json").code == 0
    told = command("trail", "verify", "--head", tmp_path / "head.json", "--json")
    assert told.code == 1 and told.row["ok"] is False
    (fault,) = told.row["faults"]
    assert (fault["kind"], fault["seq"]) == ("root_differs", head.row["size"]) and fault["detail"].endswith(".")
    assert "khác với đầu cây" in command("trail", "verify", "--head", tmp_path / "head.json").out
    assert command("trail", "verify", "--head", tmp_path / "missing.json").code == 2
    (tmp_path / "head.json").write_bytes(b"\xff")
    broken = command("trail", "verify", "--head", tmp_path / "head.json", "--json")
    assert broken.code == 1 and broken.row["faults"][0]["kind"] == "head_damaged"


def test_check_looks_at_the_trail(command: Command, site: Context, paper: int) -> None:
    with unguarded(site) as connection:
        connection.exec_driver_sql("UPDATE trail_event SET details = '{}' WHERE seq = 2")
    answer = command("check", "--json")
    assert answer.code == 1 and answer.row["faults"][0]["kind"] == "trail"
    assert "Sự kiện số 2" in answer.row["faults"][0]["message"]


def test_an_edited_trail_is_only_restored_on_demand(command: Command, site: Context, paper: int, tmp_path: Path) -> None:
    with unguarded(site) as connection:
        connection.exec_driver_sql("UPDATE trail_event SET details = '{}' WHERE seq = 2")
    command("backup", tmp_path / "b.tar")
    with site.database.write_engine.begin() as connection:
        table_copy.reflected(connection).drop_all(connection)
    refused = command("restore", tmp_path / "b.tar", "--json")
    assert refused.code == 1 and "--accept-changed-trail" in refused.row["error"]
    assert command("restore", tmp_path / "b.tar", "--accept-changed-trail").code == 0
    assert command("trail", "verify").code == 0


def test_trail_export(command: Command, paper: int) -> None:
    answer = command("trail", "export", paper, "--json")
    events = answer.row["events"]
    assert answer.code == 0 and answer.row["document"] == paper
    assert [event["seq"] for event in events] == sorted(event["seq"] for event in events)
    assert events[0]["action"] == "document:upload" and events[0]["via"] == "cli"
    assert all(len(event["hash"]) == 64 for event in events)
    again = command("trail", "export", paper, "--json").row["events"]
    assert again[-1]["action"] == "trail:export" and len(again) == len(events) + 1
    assert command("trail", "export", "999", "--json").code == 1


def test_backup_restore_check(command: Command, site: Context, paper: int, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    made = command("backup", target, "--json")
    assert made.code == 0 and made.row["files"] == 1 and target.exists()
    assert command("restore", target, "--json").code == 1
    assert command("restore", tmp_path / "missing.tar", "--json").code == 2
    target.write_bytes(b"la")
    assert command("restore", target, "--json").code == 1
    assert command("check", "--full", "--json").row == {"faults": []}
    site.storage.remove(next(site.storage.list()).sha256)
    broken = command("check", "--json")
    assert broken.code == 1 and broken.row["faults"][0]["kind"] == "missing_file"


def test_right_after_a_restore(command: Command, site: Context, paper: int, tmp_path: Path) -> None:
    """A rebuild of the index is requested, and the missing index is no fault."""
    target = tmp_path / "backup.tar"
    command("backup", target)
    with site.database.write_engine.begin() as connection:
        table_copy.reflected(connection).drop_all(connection)
    shutil.rmtree(site.backend.index.path)
    restored = command("restore", target)
    assert restored.code == 0 and "Chỉ mục tìm kiếm được lập lại ở lần khởi động tới" in restored.out
    checked = command("check", "--json")
    assert checked.code == 0 and checked.row == {"faults": []} and "Chưa có chỉ mục" in checked.err
    worker.run_until_idle(site)
    assert "chỉ mục" not in command("check").err


def test_a_backup_where_nothing_can_be_written(command: Command, paper: int, tmp_path: Path) -> None:
    answer = command("backup", tmp_path / "no" / "such" / "folder.tar", "--json")
    assert answer.code == 1 and set(answer.row) == {"error"}


def test_messages_in_a_trail_are_words_for_people_and_data_for_programs(
    command: Command, site: Context, paper: int
) -> None:
    sharing.grant(COMMAND_LINE, SharedThing(document_id=paper), "role:leader", "reader")
    told = command("trail", "export", paper).out
    assert '{"given": "Người xem", "to": "Vai trò Lãnh đạo", "key": "role:leader"}' in told and "msgid" not in told
    events = command("trail", "export", paper, "--json").row["events"]
    (shared,) = [event["details"] for event in events if event["action"] == "document:share"]
    role = {"msgid": "Lãnh đạo", "values": {}}
    assert shared["to"] == {"msgid": "Vai trò %(role)s", "values": {"role": role}}
    assert shared["given"] == {"msgid": "Người xem", "values": {}}


def test_without_json_stdout_speaks_to_people(command: Command, paper: int, tmp_path: Path) -> None:
    assert "sự kiện" in command("trail", "verify").out
    assert "Tải lên" in command("trail", "export", paper).out
    assert "Đã sao lưu" in command("backup", tmp_path / "b.tar").out
    assert "Không có lỗi" in command("check").err
    assert "trong chỉ mục" in command("index", "status").out
