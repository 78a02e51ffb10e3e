"""The private calendar, read as a strict program reads it, and who gets it."""

from __future__ import annotations

import datetime as dt
import re
from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import CalendarFeed, SignInAttempt, User, UserRole
from docmgr.services.errors import NotFound
from docmgr.services.people import attempts
from docmgr.services.planning.feed import days, secrets
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.upkeep import health
from docmgr.writing import calendar_ics
from docmgr.writing.calendar_ics import DayEntry
from legaltext import dates
from tests.filling.planning import World, world
from tests.services.planning.test_work_steps import a_plan, a_task, done
from tests.web.planning.test_plans import Browser, browser

__all__ = ["browser", "world"]
LONG = "Rà soát; sửa đổi, bổ sung quy chế thực hiện dân chủ\\ở cơ sở " * 3
Entry = dict[str, str]


def parsed(data: bytes) -> list[Entry]:
    """The entries of a calendar, by name of the property. Fails where RFC 5545 would be broken."""
    text = data.decode()
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR" and "VERSION:2.0" in lines and any(line.startswith("PRODID:") for line in lines)
    entries: list[Entry] = []
    inside = False
    for line in lines[1:-1]:
        name, colon, value = line.partition(":")
        assert colon and re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?", name), line
        if name == "BEGIN":
            assert not inside and value == "VEVENT"
            entries, inside = [*entries, {}], True
        elif name == "END":
            assert inside and {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"} <= set(entries[-1])
            inside = False
        elif inside:
            assert name not in entries[-1]
            entries[-1][name] = unescaped(value) if name != "URL" else value
    assert not inside
    return entries


def unescaped(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value) and not re.search(r"(?<!\\)(?:\\\\)*\\(?![\\;,n])", value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def address(page: str) -> str:
    return re.findall(r'value="http://[^/"]+(/calendar/[\w-]+\.ics)"', page)[0]


def make(browser: Any) -> str:
    return address(browser.submit("/account/calendar", {}).text)


def test_a_person_makes_an_address_and_a_program_reads_what_is_due(app: Flask, browser: Browser, world: World) -> None:
    plan, today = a_plan(world), dates.today()
    late, later = today - dt.timedelta(days=5), today + dt.timedelta(days=40)
    mine = a_task(world, plan, LONG, due_on=late)
    a_task(world, plan, "Đã xong", due_on=later)
    done(world, mine + 1)
    # Of another unit, past, and without a day.
    world.units["tccb"], own = world.units["gdtrh"], world.units["tccb"]
    a_task(world, plan, "Của đơn vị khác", due_on=later)
    world.units["tccb"] = own
    a_task(world, plan, "Rất cũ", due_on=today - dt.timedelta(days=91))
    a_task(world, plan, "Thường xuyên", due_rule="continuous", due_on=None)
    each = SpreadInput(fan_out="listed", unit_ids=(world.units["tccb"], world.units["gdtrh"]))
    a_task(world, plan, "Mỗi đơn vị", due_on=later, spread=each)
    staff = browser("staff")
    assert "Bạn chưa có địa chỉ lịch" in staff.get("/account/calendar").text
    at = make(staff)
    assert at not in staff.get("/account/calendar").text
    with db.read() as session:
        token = at.rpartition("/")[2].removesuffix(".ics")
        assert [row.token_hash for row in session.query(CalendarFeed)] == [secrets.hash_of(token)] and token not in secrets.hash_of(token)
    answer = app.test_client().get(at)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"] and "Set-Cookie" not in answer.headers
    first, second = parsed(answer.data)
    assert first["SUMMARY"] == LONG.strip()[:200] and first["DESCRIPTION"].startswith("Quá hạn 5 ngày\n") and "Kế hoạch: Kế hoạch dân chủ" in first["DESCRIPTION"]
    assert (first["DTSTART;VALUE=DATE"], first["DTEND;VALUE=DATE"]) == (f"{late:%Y%m%d}", f"{late + dt.timedelta(days=1):%Y%m%d}")
    assert re.fullmatch(r"\d{8}T\d{6}Z", first["DTSTAMP"]) and first["URL"].endswith(f"/tasks/{mine}")
    assert second["SUMMARY"] == "Mỗi đơn vị" and "/occurrences/" in second["URL"] and second["UID"].startswith("occurrence-")
    assert "Đơn vị: Phòng Tổ chức cán bộ (thử)" in second["DESCRIPTION"]


def test_an_address_ends_when_it_is_made_anew_or_withdrawn_or_its_owner_goes(app: Flask, browser: Browser, world: World) -> None:
    program, staff = app.test_client(), browser("staff")
    first = make(staff)
    second = make(staff)
    assert (program.get(first).status_code, program.get(second).status_code) == (404, 200)
    staff.submit("/account/calendar/withdraw", {})
    assert program.get(second).status_code == 404 and "Bạn chưa có địa chỉ lịch" in staff.get("/account/calendar").text
    staff.submit("/account/calendar/withdraw", {})
    assert [event.action for event in world.events() if event.action.startswith("feed:")] == ["feed:make", "feed:make", "feed:withdraw"]
    third = make(staff)
    with db.write() as session:
        session.get_one(User, world.users["staff"].id).disabled_at = db.now()
    assert program.get(third).status_code == 404
    with db.write() as session:
        user = session.get_one(User, world.users["staff"].id)
        user.disabled_at, user.roles = None, [UserRole(role="administrator")]
    assert program.get(third).status_code == 404
    with pytest.raises(NotFound):
        secrets.owner(third.rpartition("/")[2].removesuffix(".ics"))
    for wrong in ("x", "a" * 500, "%00", secrets.hash_of("x")):
        assert program.get(f"/calendar/{wrong}.ics").status_code == 404
    assert browser("administrator").get("/account/calendar").status_code == 404


def test_who_guesses_addresses_has_to_wait_and_slows_down_nobody_else(app: Flask, browser: Browser, world: World) -> None:
    program, good = app.test_client(), make(browser("staff"))
    answers = [program.get(f"/calendar/{token_urlsafe(32)}.ics") for _ in range(6)]
    assert [one.status_code for one in answers] == [404] * 5 + [429] and int(answers[-1].headers["Retry-After"]) >= 1
    assert program.get(good).status_code == 200
    assert health.failed_sign_ins(world.actors["administrator"]) == []
    with db.read() as session:
        rows = session.query(SignInAttempt).filter_by(device=attempts.FEED).count()
    program.get("/calendar/x.ics")
    with db.read() as session:
        assert session.query(SignInAttempt).filter_by(device=attempts.FEED).count() == rows == 5


def test_it_follows_the_unit_of_its_owner(app: Flask, browser: Browser, world: World) -> None:
    a_task(world, a_plan(world), "Báo cáo", due_on=dates.today())
    at = make(browser("staff"))
    assert [one["SUMMARY"] for one in parsed(app.test_client().get(at).data)] == ["Báo cáo"]
    with db.write() as session:
        session.get_one(User, world.users["staff"].id).unit_id = None
    assert parsed(app.test_client().get(at).data) == []


def test_a_program_that_asks_too_often_has_to_wait(app: Flask, browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "MOST_ASKED", 2)
    program, at = app.test_client(), make(browser("staff"))
    assert [program.get(at).status_code for _ in range(3)] == [200, 200, 429]
    assert 3500 < int(program.get(at).headers["Retry-After"]) <= 3600
    with db.write() as session:
        session.query(CalendarFeed).one().window_at = db.now() - secrets.WINDOW
    assert program.get(at).status_code == 200


def test_at_most_so_many_entries_stand_in_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "MOST", 2)
    plan = a_plan(world)
    for number in range(3):
        a_task(world, plan, f"Việc {number}", due_on=dates.today() + dt.timedelta(days=number))
    assert [one.summary for one in days.entries(world.actors["staff"], lambda *_: "http://x/", "x")] == ["Việc 0", "Việc 1"]


@pytest.mark.parametrize("text", ["a" * 74, "a" * 75, "a" * 76, "ệ" * 60, "🙂" * 40, "a;b,c\\d\ne\r\nf\x00\x1b", "\\n", ""])
def test_any_text_comes_back_as_it_was(text: str) -> None:
    moment = dt.datetime(2026, 3, 1, 7, 30, tzinfo=dates.VIETNAM)
    data = calendar_ics.written("Lịch", [DayEntry("u", dt.date(2026, 12, 31), text, text, "http://x/")], moment)
    (entry,) = parsed(data)
    assert entry["SUMMARY"] == entry["DESCRIPTION"] == text.replace("\r\n", "\n").replace("\x00", "").replace("\x1b", "")
    assert entry["DTSTAMP"] == "20260301T003000Z" and entry["DTEND;VALUE=DATE"] == "20270101"
