"""The agency's name and logo: who sets them, what is kept of a picture, and that neither is lost."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import File, TrailEvent, User
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.people import agency, passwords
from docmgr.services.start import agency as changing
from docmgr.services.upkeep import backup, checks, sweeping
from tests.filling.papers import decision, picture
from tests.support.acting import actor_of, upload

NAME = "Trường Trung học phổ thông Chu Văn An"


def faults() -> list[str]:
    return [fault.kind for fault in checks.check(COMMAND_LINE, full=True)]


def test_the_stored_name_goes_before_that_of_the_settings(site: Context, people: dict[str, User]) -> None:
    who = actor_of(people["administrator"])
    assert agency.name() == site.settings.agency != ""
    with pytest.raises(Conflict):
        # A form that sent no revision.
        changing.edit(who, name=NAME, revision=-1)
    changing.edit(who, name=f"  {NAME} ", revision=0)
    assert agency.name() == NAME and NAME in passwords.known_names("an", "An", None)
    with pytest.raises(Conflict):
        changing.edit(who, name="Tên của người thứ hai", revision=0)
    changing.edit(who, name="", revision=1)
    assert agency.name() == site.settings.agency
    with db.read() as session:
        told = [event.details["changes"] for event in session.query(TrailEvent).filter_by(action="agency:edit").order_by(TrailEvent.seq)]
    assert told == [{"Tên cơ quan": [None, NAME]}, {"Tên cơ quan": [NAME, None]}]
    with pytest.raises(Invalid):
        changing.edit(who, name="a" * 201, revision=2)


@pytest.mark.parametrize("role", ["clerk", "leader", "auditor"])
def test_only_administrators_change_it(people: dict[str, User], role: str) -> None:
    for act in (lambda: changing.edit(actor_of(people[role]), name="Khác", revision=0), lambda: changing.load(actor_of(people[role]))):
        with pytest.raises(Denied):
            act()


def test_a_logo_is_made_anew_and_small(site: Context, people: dict[str, User]) -> None:
    who, notes = actor_of(people["administrator"]), PngImagePlugin.PngInfo()
    notes.add_text("Comment", "chụp ở nhà riêng")
    changing.edit(who, name="", logo=picture(3000, 500, pnginfo=notes), revision=0)
    logo, data = agency.logo_bytes()
    kept = Image.open(io.BytesIO(data))
    assert (logo.width, logo.height) == kept.size == (480, 80)
    assert kept.format == "PNG" and b"Comment" not in data and kept.convert("RGB").getpixel((9, 9)) == (20, 90, 140)
    changing.edit(who, name="", logo=picture(40, 40, "JPEG"), revision=1)
    assert agency.shown().logo != logo and agency.logo_bytes()[0].width == 40
    # Saving the name alone keeps the logo.
    changing.edit(who, name=NAME, revision=2)
    assert agency.logo_bytes()[0].width == 40
    changing.edit(who, name=NAME, remove_logo=True, revision=3)
    with pytest.raises(NotFound):
        agency.logo_bytes()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><svg/>", "SVG"),
        (b"GIF89a" + bytes(50), "PNG hoặc JPEG"),
        (picture()[:-40], "Không đọc được"),
        (b"\x89PNG\r\n\x1a\n" + b"rac" * 99, "Không đọc được"),
        (picture(7000, 3000), "quá nhiều điểm ảnh"),
        (b"\xff\xd8\xff" + bytes(1_000_000), "1 MB"),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(site: Context, people: dict[str, User], data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        changing.edit(actor_of(people["administrator"]), name=NAME, logo=data, revision=0)
    assert words in str(refused.value) and refused.value.field == "logo"
    assert agency.name() == site.settings.agency and not list(site.storage.list())


def test_neither_a_sweep_nor_a_backup_loses_the_logo(
    site: Context, empty_site: Context, people: dict[str, User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = actor_of(people["administrator"])
    upload(actor_of(people["clerk"]), decision())
    changing.edit(who, name=NAME, logo=picture(90, 30), revision=0)
    old, _data = agency.logo_bytes()
    changing.edit(who, name=NAME, logo=picture(60, 30), revision=1)
    logo, data = agency.logo_bytes()
    for stored in site.storage.list():
        os.utime(site.storage.path(stored.sha256), (0, 0))  # type: ignore[attr-defined]
    assert faults() == ["orphan_file"]
    assert sweeping.sweep() == 1 and not site.storage.exists(old.sha256) and faults() == []
    with monkeypatch.context() as patch:
        # The logo was chosen after the sweep had looked which bytes have rows.
        patch.setattr(sweeping, "originals", lambda: select(File.sha256))
        assert sweeping.sweep() == 0 and site.storage.exists(logo.sha256)
    with db.read() as session:
        files = {one.sha256 for one in session.query(File)}
    assert backup.write(COMMAND_LINE, tmp_path / "b").files == len(files | {logo.sha256})
    with empty_site.bound():
        backup.restore(COMMAND_LINE, tmp_path / "b")
        assert agency.name() == NAME and agency.logo_bytes() == (logo, data)
    site.storage.remove(logo.sha256)
    assert faults() == ["missing_file"]
    with pytest.raises(NotFound):
        agency.logo_bytes()
