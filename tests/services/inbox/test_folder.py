"""The watched folder: what is taken, what is refused, and what is left alone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, Inlet, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import upload
from docmgr.services.inbox import account, entries, folder, state
from docmgr.services.inbox.folder import FolderWatch
from docmgr.storage.local import LocalStorage
from tests.filling.papers import decision
from tests.support.acting import actor_of, work

Stored = Callable[[], list[tuple[str, str, str, int]]]


def looks(watch: FolderWatch, times: int = 2) -> int:
    """Look so many times; returns how many files were taken or refused."""
    return sum(watch.step() for _ in range(times))


def tidy(inbox: Path, aside: str = entries.TAKEN) -> list[str]:
    """The names that were moved aside."""
    return sorted(path.name for path in (inbox / aside).glob("*/*"))


def status() -> state.InletStatus:
    """What the health page says of the folder."""
    db.release()
    (found,) = state.statuses(COMMAND_LINE)
    return found


def told() -> str:
    """The problem that the health page shows; "" for none."""
    found = status().problem
    return found.told() if found else ""


def test_files_become_drafts_of_the_account_and_are_moved(watch: FolderWatch, inbox: Path, stored: Stored, people: dict[str, User], site: Context) -> None:
    (inbox / "a.docx").write_bytes(decision())
    below = inbox / "Công văn" / "2024"
    below.mkdir(parents=True)
    (below / "b.docx").write_bytes(decision(number="13"))
    assert watch.step() == 0 and stored() == []
    assert watch.step() == 2
    clerk = people["clerk"].id
    assert sorted(stored()) == [("a.docx", "", "draft", clerk), ("b.docx", "Công văn/2024", "draft", clerk)]
    assert tidy(inbox) == ["a.docx", "b.docx"] and not (inbox / "a.docx").exists()
    assert (status().taken, status().refused, told()) == (2, 0, "")
    work(site)
    db.release()
    with db.read() as session:
        assert set(session.scalars(select(Document.state))) == {"findable"}


def test_a_file_that_is_still_written_waits(watch: FolderWatch, inbox: Path, stored: Stored) -> None:
    data = decision()
    path = inbox / "a.docx"
    for cut in (100, 200, len(data)):
        path.write_bytes(data[:cut])
        assert watch.step() == 0
    assert watch.step() == 1 and len(stored()) == 1


def test_a_file_that_changes_while_it_is_read_is_not_stored_half(
    watch: FolderWatch, inbox: Path, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, whole = inbox / "a.docx", decision()
    path.write_bytes(whole[:500])
    watch.step()
    hand_in = account.hand_in

    def slow(*args: Any) -> Any:
        with path.open("ab") as file:
            file.write(whole[500:])
        return hand_in(*args)

    monkeypatch.setattr(account, "hand_in", slow)
    assert watch.step() == 0 and stored() == [] and path.read_bytes() == whole
    monkeypatch.setattr(account, "hand_in", hand_in)
    assert looks(watch) == 1 and len(stored()) == 1


def test_a_file_that_takes_the_place_of_one_just_stored_stays(
    watch: FolderWatch, inbox: Path, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, second = inbox / "a.docx", decision(number="13")
    path.write_bytes(decision())
    watch.step()
    hand_in = account.hand_in

    def replaced(*args: Any) -> Any:
        done = hand_in(*args)
        (inbox / "new").write_bytes(second)
        os.replace(inbox / "new", path)
        return done

    monkeypatch.setattr(account, "hand_in", replaced)
    watch.step()
    assert path.read_bytes() == second and tidy(inbox) == []
    monkeypatch.setattr(account, "hand_in", hand_in)
    looks(watch)
    assert len(stored()) == 2 and tidy(inbox) == ["a.docx"]


def test_what_is_no_document_is_put_aside_with_the_reason(watch: FolderWatch, inbox: Path, stored: Stored) -> None:
    (inbox / "ảnh.gif").write_bytes(b"GIF89a\1\0\1\0")
    assert looks(watch) == 1 and stored() == []
    assert tidy(inbox, entries.REFUSED) == ["ảnh.gif", "ảnh.gif.txt"]
    (why,) = inbox.glob(".tu-choi/*/*.txt")
    assert "không phải là văn bản" in why.read_text(encoding="utf-8")
    assert (status().taken, status().refused) == (0, 1)


def test_links_devices_and_hidden_files_are_left(watch: FolderWatch, inbox: Path, stored: Stored, tmp_path: Path) -> None:
    outside = tmp_path / "ngoài"
    outside.mkdir()
    (outside / "mật.docx").write_bytes(decision())
    (inbox / "link.docx").symlink_to(outside / "mật.docx")
    (inbox / "folder").symlink_to(outside)
    os.mkfifo(inbox / "pipe.docx")
    for name in (".ẩn.docx", "~$a.docx", "b.docx.part", "c.crdownload", "d.TMP"):
        (inbox / name).write_bytes(decision())
    before = sorted(path.name for path in inbox.iterdir())
    assert looks(watch, 3) == 0 and stored() == []
    assert sorted(path.name for path in inbox.iterdir()) == before
    assert status().left_behind == 3 and told() == ""


def test_a_file_that_becomes_a_link_meanwhile_is_not_followed(watch: FolderWatch, inbox: Path, stored: Stored, tmp_path: Path) -> None:
    outside = tmp_path / "mật.docx"
    outside.write_bytes(decision())
    (inbox / "A").mkdir()
    (inbox / "A" / "a.docx").write_bytes(decision())
    (entry,) = entries.look(inbox).entries
    (inbox / "A" / "a.docx").unlink()
    (inbox / "A" / "a.docx").symlink_to(outside)
    with pytest.raises(OSError), entries.content(inbox, entry):
        pass
    (inbox / "A" / "a.docx").unlink()
    (inbox / "A").rmdir()
    (inbox / "A").symlink_to(tmp_path)
    (tmp_path / "a.docx").write_bytes(decision())
    with pytest.raises(OSError), entries.content(inbox, entry):
        pass
    assert looks(watch, 3) == 0 and stored() == []


def test_a_link_in_place_of_the_folder_for_taken_files_leads_nowhere(watch: FolderWatch, inbox: Path, stored: Stored, tmp_path: Path) -> None:
    outside = tmp_path / "ngoài"
    outside.mkdir()
    (inbox / entries.TAKEN).symlink_to(outside)
    (inbox / "a.docx").write_bytes(decision())
    assert looks(watch, 4) == 1
    assert len(stored()) == 1 and list(outside.iterdir()) == [] and (inbox / "a.docx").exists()
    assert "không chuyển được tệp đã nhận" in told()


def test_names_that_are_no_text_and_the_longest_names_are_taken(watch: FolderWatch, inbox: Path, stored: Stored) -> None:
    raw = os.path.join(os.fsencode(inbox), b"c\xf4ng v\xe3n.docx")
    with open(raw, "wb") as file:
        file.write(decision())
    (inbox / ("x" * 250 + ".docx")).write_bytes(decision(number="13"))
    (inbox / ("y" * 251 + ".gif")).write_bytes(b"GIF89a\1\0\1\0")
    assert looks(watch) == 3
    assert {name for name, *_ in stored()} == {"c\ufffdng v\ufffdn.docx", "x" * 250 + ".docx"}
    assert len(tidy(inbox)) == 2 and len(tidy(inbox, entries.REFUSED)) == 2


def test_the_same_name_twice_gets_a_number(watch: FolderWatch, inbox: Path, stored: Stored) -> None:
    for number in ("12", "13", "14"):
        (inbox / "a.docx").write_bytes(decision(number=number))
        assert looks(watch) == 1
    assert tidy(inbox) == ["a (2).docx", "a (3).docx", "a.docx"] and len(stored()) == 3


def test_known_bytes_are_moved_and_not_stored_twice(watch: FolderWatch, inbox: Path, stored: Stored) -> None:
    """What a worker leaves that was killed after it had stored a file and before it moved it."""
    # A DOCX holds the time when it was written: made again, it might have other bytes.
    content = decision()
    for _ in range(2):
        (inbox / "a.docx").write_bytes(content)
        assert looks(watch) == 1
    assert len(stored()) == 1 and len(tidy(inbox)) == 2


def test_an_empty_file_waits_for_long(watch: FolderWatch, inbox: Path, stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "a.docx").touch()
    assert looks(watch, 4) == 0 and stored() == []
    monkeypatch.setattr(folder, "EMPTY_SECONDS", 0.0)
    assert watch.step() == 1 and len(stored()) == 1


def test_a_full_disk_leaves_the_files_and_is_told(watch: FolderWatch, inbox: Path, stored: Stored, site: Context) -> None:
    (inbox / "a.docx").write_bytes(decision())
    assert isinstance(site.storage, LocalStorage)
    with replace(site, storage=replace(site.storage, floor_bytes=2**62)).bound():
        assert looks(watch, 3) == 0
    assert (inbox / "a.docx").exists() and "gần hết chỗ lưu" in told()
    assert watch.step() == 1 and told() == "" and len(stored()) == 1


@pytest.mark.parametrize(("change", "words"), [
    ("renamed", "Không có tài khoản"), ("disabled", "đã ngừng"), ("auditor", "không có quyền tải văn bản lên"),
])  # fmt: skip
def test_without_a_fit_account_nothing_is_touched(
    watch: FolderWatch, inbox: Path, site: Context, people: dict[str, User], monkeypatch: pytest.MonkeyPatch, change: str, words: str
) -> None:
    (inbox / "a.docx").write_bytes(decision())
    name = {"renamed": "nobody", "disabled": "clerk", "auditor": "auditor"}[change]
    changed = replace(site.settings, inbox=replace(site.settings.inbox, user=name))
    with replace(site, settings=changed).bound(), db.write() as session:
        if change == "disabled":
            session.get_one(User, people["clerk"].id).disabled_at = db.now()
    with replace(site, settings=changed).bound():
        assert looks(watch, 3) == 0 and words in told()
    assert [path.name for path in inbox.iterdir()] == ["a.docx"]


def test_the_folder_of_the_settings_and_one_that_the_account_may_not_use(
    watch: FolderWatch, inbox: Path, site: Context, people: dict[str, User], stored: Stored
) -> None:
    (inbox / "a.docx").write_bytes(decision())
    (inbox / "x").mkdir()
    (inbox / "x" / "b.docx").write_bytes(decision(number="13"))
    named = replace(site, settings=replace(site.settings, inbox=replace(site.settings.inbox, folder="Văn bản đến/2024")))
    with named.bound():
        looks(watch)
    assert sorted(where for _, where, *_ in stored()) == ["Văn bản đến/2024", "x"]
    for path in (inbox / "a.docx", inbox / "x" / "b.docx"):
        path.write_bytes(decision(number="20", day="09" if path.parent == inbox else "08"))
    staff = replace(site, settings=replace(site.settings, inbox=replace(site.settings.inbox, user="staff")))
    with staff.bound():
        looks(watch, 3)
        assert "không ghi được vào thư mục" in told()
    # The file in the subfolder is refused; the one for the folder of the settings waits until they are right.
    assert (inbox / "a.docx").exists() and len(stored()) == 2
    (why,) = inbox.glob(".tu-choi/*/*.txt")
    assert "không được ghi vào thư mục này" in why.read_text(encoding="utf-8")


def test_a_missing_folder_is_told_and_comes_back(watch: FolderWatch, inbox: Path, stored: Stored) -> None:
    inbox.rename(inbox.with_name("away"))
    assert looks(watch) == 0 and "Không mở được thư mục" in told()
    inbox.with_name("away").rename(inbox)
    (inbox / "a.docx").write_bytes(decision())
    assert looks(watch) == 1 and told() == ""


def test_many_files_never_stand_before_what_people_upload(watch: FolderWatch, inbox: Path, stored: Stored, site: Context) -> None:
    data = decision()
    for number in range(10_000):
        (inbox / f"{number:05}.docx").write_bytes(data + b"\0" * number if number < 50 else data)
    # Processor time, which a busy machine does not lengthen.
    started = time.process_time()
    watch.step()
    taken = watch.step()
    assert time.process_time() - started < 10
    assert taken == account.READ_FIRST and watch.step() == 0
    work(site)
    db.release()
    assert watch.step() == folder.PER_LOOK


def test_the_row_starts_anew_for_another_folder(watch: FolderWatch, inbox: Path) -> None:
    (inbox / "a.docx").write_bytes(decision())
    looks(watch)
    state.save(state.FOLDER, "/other", state.Result(left_behind=0))
    with db.read() as session:
        assert session.execute(select(Inlet.source, Inlet.taken)).one() == ("/other", 0)
    assert status().problem == state.NEVER


def test_a_worker_that_ends_takes_no_more(site: Context, people: dict[str, User], inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LOOK_SECONDS", 0.0)
    ending = threading.Event()
    watch = FolderWatch(inbox, ending.is_set)
    (inbox / "a.docx").write_bytes(decision())
    watch.step()
    ending.set()
    assert watch.step() == 0 and (inbox / "a.docx").exists()


def test_an_idle_look_writes_nothing(watch: FolderWatch, inbox: Path) -> None:
    looks(watch)
    with db.read() as session:
        at = session.scalar(select(Inlet.checked_at))
    looks(watch, 3)
    db.release()
    with db.read() as session:
        assert session.scalar(select(Inlet.checked_at)) == at
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_a_file_that_a_person_uploaded_before_is_moved(watch: FolderWatch, inbox: Path, stored: Stored, people: dict[str, User]) -> None:
    data = decision()
    (inbox / "a.docx").write_bytes(data)
    with (inbox / "a.docx").open("rb") as file:
        upload.upload(actor_of(people["clerk"]), file, "own.docx")
    assert looks(watch) == 1 and [name for name, *_ in stored()] == ["own.docx"] and tidy(inbox) == ["a.docx"]
