"""The page of a document that has very much: lists in pages, the text in parts, copies of cited documents."""

from __future__ import annotations

import re

import pytest

from docmgr import db
from docmgr.models import Citation
from docmgr.services.relations import targets
from docmgr.services.texts import parts
from docmgr.web.documents import related, ties
from tests.filling import big_site
from tests.filling.big_site import BigSite
from tests.filling.desk import stored
from tests.filling.papers import decision

SIZE = 60


@pytest.fixture
def big(site, people) -> BigSite:
    return big_site.fill(SIZE, people)


def _count(page: str, words: str) -> int:
    return len(re.findall(words, page))


def test_relations_begin_and_go_on_in_pages(big, auth) -> None:
    clerk, address = auth("clerk"), f"/documents/{big.document}?tab=relations"
    page = clerk.get(address).text
    # Each cited document is both replaced and cited: two rows for one document.
    copied = big_site.copied(SIZE)
    for name, total in (("out", 2 * SIZE), ("in", 2 * SIZE), ("missing", 2 * SIZE - copied)):
        assert f"list={name}" in page and f"Xem tất cả {total} văn bản" in page
    assert "list=copies" not in page
    rows, number = 0, 1
    while number:
        shown = clerk.get(f"{address}&list=out&page={number}").text
        assert "Nhắc tới văn bản này" not in shown
        rows += _count(shown, "<li>\\s+<a href=\"/documents/")
        number = number + 1 if 'rel="next"' in shown else 0
    assert rows == 2 * SIZE
    assert _count(clerk.get(f"{address}&list=missing&page=2").text, '<span class="cite-missing">') == related.PER_PAGE


def test_copies_are_named_with_a_way_to_each(big, auth) -> None:
    clerk = auth("clerk")
    page = clerk.get(f"/documents/{big.document}?tab=relations&list=copies").text
    assert _count(page, "có 2 bản trong kho") == big_site.copied(SIZE)
    assert "0/QĐ-HAIA" in page and _count(page, "<a href=\"/documents/\\d+\">Quyết định 0/QĐ-HAIA</a>") == 2
    text = clerk.get(f"/documents/{big.document}").text
    assert _count(text, "có 2 bản trong kho") == big_site.copied(SIZE)
    assert _count(text, ">bản 2</a>") == big_site.copied(SIZE)
    assert _count(text, "cite-missing") == 2 * SIZE - big_site.copied(SIZE)


def test_a_long_text_comes_in_parts_and_an_anchor_leads_to_its_own(big, auth, monkeypatch) -> None:
    monkeypatch.setattr(parts, "WHOLE", 1000)
    monkeypatch.setattr(parts, "PART", 10_000)
    clerk, address = auth("clerk"), f"/documents/{big.document}"
    first = clerk.get(address).text
    assert 'id="dieu-1"' in first and f'id="dieu-{SIZE}"' not in first and "đây là phần 1/" in first
    assert 'rel="next"' in first and 'rel="prev"' not in first
    last = clerk.get(f"{address}?at=dieu-{SIZE}").text
    assert f'id="dieu-{SIZE}"' in last and 'id="dieu-1"' not in last and 'rel="next"' not in last
    whole = clerk.get(f"{address}?part=all").text
    assert all(f'id="dieu-{n}"' in whole for n in range(1, SIZE + 1))
    anchors, number = [], 1
    while number:
        part = clerk.get(f"{address}?part={number}").text
        anchors += re.findall(r'<section id="(dieu-\d+)"', part)
        number = number + 1 if 'rel="next"' in part else 0
    assert anchors == [f"dieu-{n}" for n in range(1, SIZE + 1)]
    assert 'id="dieu-1"' in clerk.get(f"{address}?part=99999&at=nowhere").text


def test_tasks_inspections_and_versions_are_shown_in_pages(big, auth) -> None:
    clerk, address = auth("clerk"), f"/documents/{big.document}"
    for tab, total in (("tasks", 2 * SIZE), ("inspections", 2 * SIZE)):
        titles = [_count(clerk.get(f"{address}?tab={tab}&page={n}").text, "<li(?: class=\"is-overdue\")?>\\s+<a href=\"/(?:tasks|inspections)/\\d+\"") for n in (1, 2, 3, 4)]
        # Ended links are listed below.
        assert titles[0] - titles[3] == 50 and sum(titles) - 4 * titles[3] == total
    files = clerk.get(f"{address}?tab=files").text
    assert f"Xem tất cả {SIZE} phiên bản" in files and "Phiên bản 60" in files and "versions=2" in files
    older = clerk.get(f"{address}?tab=files&versions=2").text
    assert re.search(r'<li value="1">', older) and not re.search(r'<li value="60">', older)
    old = clerk.get(f"{address}?v=3").text
    assert '<option value="3" selected>' in old


def test_many_marks_at_one_provision_are_cut(big, auth) -> None:
    from docmgr.models import Task

    with db.write() as session:
        session.execute(Task.__table__.update().values(anchor="dieu-7"))
    page = auth("clerk").get(f"/documents/{big.document}").text
    assert _count(page, 'class="tie-mark"') == ties.MARKS_SHOWN + SIZE - 1
    assert f"… và {2 * SIZE - ties.MARKS_SHOWN} việc khác" in page


def test_recipients_are_cut_on_the_card_of_facts(big, auth) -> None:
    page = auth("clerk").get(f"/documents/{big.document}").text
    assert "Nơi nhận số 00029" in page and "Nơi nhận số 00030" not in page and "và 30 nơi nhận khác" in page


def test_rights_and_subfolders_are_shown_in_pages(big, auth, monkeypatch) -> None:
    clerk = auth("clerk")
    first, last = (clerk.get(f"/folders/{big.folder}/sharing?page={n}").text for n in (1, 3))
    # Two rows more are those of the roles that are inherited.
    assert _count(first, 'name="shown"') == 50 and _count(last, 'name="shown"') == 2 * SIZE - 100 + 2
    # Inherited rights come after the folder's own.
    assert "Kế thừa từ" in last and "Kế thừa từ" not in first
    monkeypatch.setattr("docmgr.services.listing.in_folder.SUBFOLDERS", 25)
    names = [n for page in (1, 2, 3) for n in re.findall(r"<strong>(Thư mục con \d+)", clerk.get(f"/folders/{big.folder}?folders={page}").text)]
    assert names == [f"Thư mục con {n:05}" for n in range(SIZE)]
    assert "60 thư mục con" in clerk.get(f"/folders/{big.folder}").text


def test_citations_of_one_version_only(big, auth) -> None:
    with db.read() as session:
        cited = session.query(Citation).count()
    assert cited > 3 * SIZE
    assert "Quan hệ" in auth("clerk").get(f"/documents/{big.document}?v=1&tab=relations").text
    assert "/QĐ-MATA" not in auth("clerk").get(f"/documents/{big.document}?v=1&tab=relations").text


def test_a_part_looks_up_only_the_citations_that_stand_in_it(site, app, auth, monkeypatch) -> None:
    """The text before the first article may cite thousands of documents."""
    lines = [f"Căn cứ Nghị định số {n}/2015/NĐ-CP ngày 01/02/2015 của Chính phủ;" for n in range(1, 241)]
    paper = stored(app, auth("clerk"), decision(body=(*lines, "Điều 1. Phạm vi", "Theo Nghị định số 7/2015/NĐ-CP.")), publish="1")
    whole = auth("clerk").get(f"/documents/{paper}").text
    looked_up: list[int] = []
    real = targets.targets
    monkeypatch.setattr(
        targets, "targets", lambda session, actor, rows: looked_up.append(len(rows)) or real(session, actor, rows)
    )
    monkeypatch.setattr(parts, "WHOLE", 1000)
    monkeypatch.setattr(parts, "PART", 20_000)
    marked, number, largest = 0, 1, []
    while number:
        looked_up.clear()
        part = auth("clerk").get(f"/documents/{paper}?part={number}").text
        largest.append(max(looked_up))
        marked += _count(part, "cite-missing")
        number = number + 1 if 'rel="next"' in part else 0
    assert marked == _count(whole, "cite-missing") >= 240
    assert len(largest) > 3 and max(largest) < 120


def test_a_page_behind_the_end_leads_to_the_last_one(big, auth) -> None:
    auditor = auth("auditor")
    pages = {"/tasks?overdue=1&page=999": "overdue=1", "/trail?page=999": "/trail", "/inspections?page=999": "/inspections"}
    for address, kept in pages.items():
        answer = auditor.get(address)
        assert answer.status_code == 302 and kept in answer.location and "999" not in answer.location
        assert auditor.get(answer.location).status_code == 200
    shown = auditor.get(f"/documents/{big.document}?tab=relations&list=missing&page=999").text
    assert "cite-missing" in shown and 'rel="next"' not in shown and 'rel="prev"' in shown
