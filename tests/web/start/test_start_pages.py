"""The pages of the agency, the first run and the imports, as an administrator sees them; and the leader's charts."""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from docmgr import db
from docmgr.models import NumberSeries, RegisterEntry, Unit, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.people import agency, sessions
from docmgr.services.people import people as persons
from docmgr.services.people.agency import ShownAgency
from docmgr.services.registers import series as number_series
from docmgr.services.registers.series import SeriesInput
from docmgr.services.start import sheets, units_file
from docmgr.web.kit.guard import VISITOR
from docmgr.web.start import imports
from legaltext import dates
from tests.filling.papers import picture, workbook
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client
from tests.web.overview.test_home import add_document, add_task

UNITS = (("Tên đơn vị", "Đơn vị cấp trên"), ("Phòng <Mới>", ""), ("Tổ Mới", "Phòng <Mới>"))
PEOPLE = (("Tên đăng nhập", "Họ và tên", "Vai trò"), ("nvan", "Nguyễn Văn An", "Văn thư"))


def sent(browser: Client, kind: str, data: bytes) -> str:
    """The page that a workbook leads to."""
    return browser.submit(f"/import/{kind}", {"file": (io.BytesIO(data), "a.xlsx")}).text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, page
    return unescape(found[1])


def test_the_logo_is_on_every_page_and_its_address_may_be_kept(app: Flask, auth: Auth, client: Client) -> None:
    browser = auth("administrator")
    assert client.get("/agency/logo").status_code == 404 and "frame-logo" not in client.get("/login").text
    chosen = {"name": "Trường <A>", "logo": (io.BytesIO(picture()), "a.png")}
    assert browser.fill("/agency", chosen).status_code == 302
    for page in (client.get("/login").text, browser.get("/").text):
        assert "Trường &lt;A&gt;" in page and 'alt="Biểu trưng của cơ quan"' in page
    address = re.search(r'src="(/agency/logo[^"]+)"', page)
    assert address is not None
    answer = client.get(address[1])
    assert answer.data.startswith(b"\x89PNG") and answer.mimetype == "image/png"
    assert "immutable" in answer.headers["Cache-Control"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    assert client.get(address[1], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    stale = browser.submit("/agency", {"name": "Tên gõ sau", "revision": "0"})
    assert stale.status_code == 409 and "Tên gõ sau" in stale.text and "Trường &lt;A&gt;" in stale.text
    refused = browser.fill("/agency", {"name": "B", "logo": (io.BytesIO(b"<svg/>"), "a.svg")})
    assert refused.status_code == 400 and "Không nhận ảnh SVG" in refused.text and 'value="B"' in refused.text


def test_the_frame_asks_the_database_once_more(app: Flask, auth: Auth) -> None:
    asked: list[str] = []
    engine = app.extensions["docmgr"].database.engine

    def hear(_connection, _cursor, statement: str, *_more) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    auth("clerk").get("/documents")
    event.remove(engine, "before_cursor_execute", hear)
    assert sum("FROM agency" in one for one in asked) == 1


def test_a_page_that_tells_of_a_failing_database_asks_it_nothing(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def asking() -> ShownAgency:
        asked.append(True)
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    @functools.wraps(app.view_functions["recent.index"])
    def failing() -> str:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(agency, "shown", asking)
    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "recent.index", failing)
        assert auth("clerk").get("/documents/recent").status_code == 503 and not asked
    # Where asking for the name fails, the page is there, with the name of the settings.
    page = auth("clerk").get("/documents/recent")
    assert page.status_code == 200 and asked and "Sở Giáo dục và Đào tạo" in page.text


def test_units_are_shown_and_then_made(app: Flask, auth: Auth) -> None:
    browser = auth("administrator")
    page = sent(browser, "units", workbook(*UNITS))
    assert "Phòng &lt;Mới&gt;" in page and "Sẽ thêm: 2 đơn vị" in page
    assert db_names() & {"Tổ Mới"} == set()
    rows = hidden(page, "rows")
    # Rows that this person was not shown, or not today, are refused.
    other = auth.client(make_person("qt2", ["administrator"]))
    for who, text in ((browser, rows[:-3] + "AAA"), (browser, ""), (other, rows)):
        assert who.submit("/import/units/confirm", {"rows": text}).status_code == 400
    assert browser.submit("/import/people/confirm", {"rows": rows}).status_code == 400
    assert browser.submit("/import/units/confirm", {"rows": rows}).headers["Location"] == "/units"
    assert "Đã thêm 2 đơn vị." in browser.get("/units").text and {"Phòng <Mới>", "Tổ Mới"} <= db_names()
    assert "không có gì để thêm" in sent(browser, "units", workbook(*UNITS))


def db_names() -> set[str]:
    with db.read() as session:
        return set(session.scalars(select(Unit.name)))


def make_person(username: str, roles: list[str]) -> User:
    return persons.add(COMMAND_LINE, username, username, roles, None, "x", must_change=False)


def test_a_preview_that_is_old_or_too_long_is_refused(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = auth("administrator")
    rows = hidden(sent(browser, "units", workbook(*UNITS)), "rows")
    monkeypatch.setattr(imports, "LIFE", -1)
    late = browser.submit("/import/units/confirm", {"rows": rows})
    assert late.status_code == 400 and "quá một giờ" in late.text
    monkeypatch.setattr(imports, "LONGEST", 10)
    assert "chia ra nhiều tệp" in sent(browser, "units", workbook(*UNITS))


def test_people_get_passwords_that_are_shown_once(app: Flask, auth: Auth) -> None:
    browser = auth("administrator")
    wrong = sent(browser, "people", workbook(*PEOPLE, ("x", "Người X", "Sếp")))
    assert "Dòng 3, cột Tên đăng nhập:" in wrong and "Dòng 3, cột Vai trò:" in wrong and 'name="rows"' not in wrong
    rows = hidden(sent(browser, "people", workbook(*PEOPLE)), "rows")
    page = browser.submit("/import/people/confirm", {"rows": rows})
    found = re.search(r'class="one-time">([a-z0-9-]{19})<', page.text)
    assert found is not None and page.headers["Cache-Control"] == "no-store"
    assert sessions.sign_in(VISITOR, "nvan", found[1], "127.0.0.1").token
    keys = hidden(page.text, "keys")
    book = browser.submit("/people/keys.xlsx", {"keys": keys})
    assert sheets.read(book.data, {"username": sheets.SheetColumn(sheets.Message("Tên đăng nhập"))}, 9)[0].cells == {"username": "nvan"}
    assert "attachment" in book.headers["Content-Disposition"] and book.headers["Cache-Control"] == "no-store"
    assert auth.client(make_person("qt2", ["administrator"])).submit("/people/keys.xlsx", {"keys": keys}).status_code == 400
    assert browser.submit("/people/keys.xlsx", {"keys": keys + "x"}).status_code == 400


def test_the_card_stands_until_all_is_done_or_left_out(app: Flask, auth: Auth) -> None:
    browser = auth("administrator")
    assert "xong 2/5 bước" in browser.get("/").text and "xong" not in auth("clerk").get("/").text.split("<main")[1]
    assert "Đã xong: 4 đơn vị" in browser.get("/start").text
    made = browser.submit("/start/filing", {"series": ["Kế hoạch"], "organ": "SGDĐT"})
    assert made.headers["Location"] == "/start" and "Đã lập: 0 thư mục, 1 dãy số." in browser.get("/start").text
    assert browser.submit("/start/filing", {"series": ["Báo cáo"], "organ": "sai chữ"}).status_code == 400
    assert re.search(r'value="Báo cáo" id="series-\d+" checked', browser.get("/start/filing").text)
    # A clerk makes the folders, and has no list of steps.
    clerk = auth("clerk")
    assert clerk.get("/start").status_code == 404 and "/start/filing" in clerk.get("/series").text
    made = clerk.submit("/start/filing", {"folders": ["Hồ sơ công việc"], "series": ["Báo cáo"]})
    assert made.headers["Location"] == "/series" and "Đã lập: 1 thư mục, 1 dãy số." in clerk.get("/series").text
    # Where numbers were given, another series would begin with 1 beside them: nothing is ticked.
    number_series.create(actor_of(auth.people["clerk"]), SeriesInput("Đã cấp", types=("Chỉ thị",)))
    with db.write() as session:
        last = session.scalars(select(NumberSeries).order_by(NumberSeries.id.desc())).first()
        session.add(RegisterEntry(series_id=last.id, kind="outgoing", year=2026, number=1, state="unused", dated_on=dates.today(), changed_label="x"))  # type: ignore[union-attr]
    page = clerk.get("/start/filing").text
    assert "dãy mới bắt đầu từ 1" in page and not re.search(r'id="series-\d+" checked', page)
    for step in ("agency", "upload"):
        assert browser.submit(f"/start/{step}/skip").status_code == 302
    assert "start-steps" not in browser.get("/").text
    browser.submit("/start/upload/resume")
    assert "start-steps" in browser.get("/").text
    assert browser.submit("/start/other/skip").status_code == 404
    sample = browser.get("/import/units/sample.xlsx")
    assert len(sheets.read(sample.data, units_file.COLUMNS, 9)) == len(units_file.SAMPLE)


def test_each_figure_of_a_chart_leads_to_the_list_that_it_counts(app: Flask, auth: Auth, people: dict[str, User]) -> None:
    today = dates.today()
    for kind in ("Kế hoạch", "Kế hoạch", "Báo cáo & thống kê"):
        add_document(people["clerk"], "Đọc được", issued_on=today, type=kind, workflow="published", state="findable")
    add_document(people["clerk"], "Dự thảo", issued_on=today, type="Kế hoạch", state="findable")
    for unit_id in (people["staff"].unit_id, None):
        add_task("Việc trễ", unit_id, due_on=dt.date(2020, 5, 4))
    browser = auth("leader")
    page = browser.get("/").text
    links = re.findall(r'<td class="text-end"><a href="([^"]+)" aria-label="[^"]+">(\d+)</a>', page)
    assert [int(count) for _, count in links] == [3, 2, 1, 1, 1] and page.count('role="img"') == 3
    for address, count in links:
        listed = browser.get(unescape(address)).text
        assert re.search(rf"\b{count} (văn bản bạn đọc được|nhiệm vụ)", listed), address
        assert "Dự thảo" not in listed
    assert re.search(r"Chỉ hiện:.*Báo cáo &amp; thống kê", browser.get("/documents/recent?type=Báo cáo %26 thống kê").text)
