"""Common parts of every page: the frame, the menu of a role, words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from docmgr import policy
from docmgr.models import User
from docmgr.web.kit import filters
from docmgr.web.kit.i18n import compile_catalogues
from tests.support.browsers import Auth, Client

VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ]|[\u1ea0-\u1ef9]")


def test_a_catalogue_that_changed_is_compiled_again(tmp_path: Path) -> None:
    source = tmp_path / "po" / "en" / "LC_MESSAGES" / "messages.po"
    compiled = tmp_path / "mo" / "en" / "LC_MESSAGES" / "messages.mo"
    source.parent.mkdir(parents=True)
    sizes = []
    for words in ("Search", "Search for something"):
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"'
        source.write_text(f'{head}\n\nmsgid "Tìm"\nmsgstr "{words}"\n')
        compile_catalogues(tmp_path / "po", tmp_path / "mo")
        sizes.append(compiled.stat().st_size)
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("role", policy.ROLES)
def test_the_menu_shows_what_the_role_may_use(app: Flask, auth: Auth, role: str) -> None:
    page = auth(role).get("/").get_data(as_text=True)
    shown = set(re.findall(r'<a href="([^"]+)"', page.split('class="frame-nav"')[1].split("</nav>")[0]))
    with app.test_request_context():
        expected = {
            filters.link(item.endpoint)
            for item in filters.MENU
            if role in policy.ACTIONS[item.action] and filters.link(item.endpoint)
        }
    assert shown == expected


def test_the_frame_of_a_page(auth: Auth) -> None:
    page = auth("administrator").get("/people").get_data(as_text=True)
    assert '<html lang="vi"' in page
    assert 'href="#content"' in page and '<main id="content"' in page
    assert re.search(r'<a href="/people" aria-current="page">', page)
    assert "Sở Giáo dục và Đào tạo" in page


def test_a_message_is_told_once_and_as_a_status(auth: Auth) -> None:
    admin = auth("administrator")
    page = admin.submit("/units", {"name": "Phòng mới"}, follow_redirects=True).get_data(as_text=True)
    assert re.search(r'role="status">\s*<span>Đã thêm đơn vị\.', page)
    assert 'role="status"' not in admin.get("/units").get_data(as_text=True)


def test_a_form_names_its_errors_on_top_and_at_the_field(auth: Auth) -> None:
    page = auth("administrator").submit("/units", {"name": ""}).get_data(as_text=True)
    assert re.search(r'<a class="alert-link" href="#name">Hãy ghi tên đơn vị', page)
    field = re.search(r'<input[^>]*id="name"[^>]*>', page)
    assert (
        field is not None and 'aria-describedby="name-error' in field[0] and 'aria-invalid="true"' in field[0]
    )


@pytest.mark.parametrize("address", ["/", "/people", "/people/new", "/units", "/health", "/account/password"])
def test_the_english_pages_have_no_vietnamese_words(
    auth: Auth, people: dict[str, User], address: str
) -> None:
    admin = auth("administrator")
    admin.submit("/language", {"language": "en"})
    page = admin.get(address).get_data(as_text=True)
    # Names of people, units, the agency and the languages themselves are not translated.
    names = [user.full_name for user in people.values()] + [
        user.unit.name for user in people.values() if user.unit
    ]
    for name in [*names, "Sở Giáo dục và Đào tạo", "Tiếng Việt"]:
        page = page.replace(name, "")
    left = [line.strip() for line in page.splitlines() if VIETNAMESE.search(line)]
    assert left == []


def test_visitors_may_choose_english_before_signing_in(client: Client) -> None:
    client.submit("/language", {"language": "en", "next": "/login"})
    assert "User name" in client.get("/login").get_data(as_text=True)
