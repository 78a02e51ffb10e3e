"""References of a text to itself on its page: links to provisions of the same text."""

from __future__ import annotations

import re

from docmgr.services.texts import parts
from tests.filling.desk import stored
from tests.filling.papers import decision

BODY = (
    "QUYẾT ĐỊNH:",
    "Điều 1. Ban hành quy định:",
    "1. Theo khoản 2 và khoản 3 Điều này, Nghị định số 30/2020/NĐ-CP.",
    "2. Theo Điều 3 của Quyết định này.",
    "3. Theo Điều 5 của Luật Tiếp công dân.",
    "Điều 2. Thi hành Quyết định này theo Điều 9 của Quyết định này.",
    "Điều 3. Hiệu lực",
)
LINK = re.compile(r'<a class="cite-own" href="([^"]*)">([^<]*)</a>')


def test_a_reference_leads_to_its_provision(app, auth) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(body=BODY))
    page = clerk.get(f"/documents/{number}").text
    assert LINK.findall(page) == [
        ("#dieu-1.khoan-2", "khoản 2"),
        ("#dieu-1.khoan-3", "khoản 3 Điều này"),
        ("#dieu-3", "Điều 3 của Quyết định này"),
        ("#dieu-3", "Điều 3"),
    ]
    assert all(f'id="{address[1:]}"' in page for address, _ in LINK.findall(page))


def test_other_citations_stay_as_they_are(app, auth) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(body=BODY))
    assert '<span class="cite-missing"' in clerk.get(f"/documents/{number}").text
    relations = clerk.get(f"/documents/{number}?tab=relations").text
    assert "30/2020/NĐ-CP" in relations and "Luật Tiếp công dân" in relations
    assert "khoản 2 và khoản 3 Điều này" not in relations


def test_a_match_within_a_reference_is_still_marked(app, auth) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(body=BODY))
    page = clerk.get(f"/documents/{number}?q=Điều+3").text
    assert re.search(r'<a class="cite-own" href="#dieu-3"><mark>Điều', page)


def test_in_a_text_of_several_parts_a_link_leads_to_the_other_part(app, auth, monkeypatch) -> None:
    monkeypatch.setattr(parts, "WHOLE", 100)
    monkeypatch.setattr(parts, "PART", 2_000)
    clerk = auth("clerk")
    body = (*BODY[:4], *(f"Điều {n}. Nội dung {'dài ' * 40}" for n in range(2, 30)))
    number = stored(app, clerk, decision(body=body))
    page = clerk.get(f"/documents/{number}?at=dieu-1.khoan-1").text
    links = dict((words, address) for address, words in LINK.findall(page))
    assert links["Điều 3 của Quyết định này"] in ("#dieu-3", f"/documents/{number}?at=dieu-3#dieu-3")
    far = (*BODY[:3], "2. Theo Điều 29 của Quyết định này.", *body[4:])
    other = stored(app, clerk, decision(number="13", body=far))
    page = clerk.get(f"/documents/{other}?at=dieu-1.khoan-1").text
    links = dict((words, address) for address, words in LINK.findall(page))
    assert links["Điều 29 của Quyết định này"] == f"/documents/{other}?at=dieu-29#dieu-29"
    assert 'id="dieu-29"' in clerk.get(links["Điều 29 của Quyết định này"].partition("#")[0]).text
