"""Own fields in the search, its filters, exports and the command line; hidden documents show none of it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import facts
from docmgr.services.overview import describe
from docmgr.services.own_fields import definitions
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.search import export, filters, find, request
from docmgr.services.search.request import SearchRequest
from docmgr.services.trail import words
from tests.filling.filing import load
from tests.filling.registers import hide, paper
from tests.support.acting import actor_of, work
from tests.support.racing import events


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return actor_of(people["administrator"])


def save(clerk: Actor, document: int, **typed: Any) -> None:
    db.release()
    given = {code: [value] if isinstance(value, str) else value for code, value in typed.items()}
    facts.save(clerk, document, {}, revision=load(document).revision, confirm=False, publish=False, own=given)


@pytest.fixture
def fields(admin: Actor, people: dict[str, User]) -> None:
    """Two fields with a list, and one of each other kind by which results are filtered."""
    definitions.create(admin, OwnFieldInput("Kỳ họp", kind="choice", choices="Thường lệ\nBất thường; gấp\nKhác=1"))
    definitions.create(admin, OwnFieldInput("Ban", kind="choices", choices="Kinh tế\nPháp chế"))
    definitions.create(admin, OwnFieldInput("Công khai", kind="yes_no"))
    definitions.create(admin, OwnFieldInput("Người trình", kind="person"))
    definitions.create(admin, OwnFieldInput("Ngày họp", kind="date"))
    definitions.create(admin, OwnFieldInput("Ghi chú", kind="long_text"))
    definitions.create(admin, OwnFieldInput("Kinh phí", kind="decimal"))


def asked(**parts: Any) -> SearchRequest:
    return request.read({name: [value] if isinstance(value, str) else value for name, value in parts.items()})


def found(actor: Actor, wanted: SearchRequest) -> list[int]:
    db.release()
    return sorted(hit.document.id for hit in find.find(actor, wanted).hits)


@pytest.fixture
def papers(site: Any, clerk: Actor, people: dict[str, User], fields: None) -> tuple[int, int, int]:
    a, b, c = paper("Về việc A"), paper("Về việc B"), paper("Về việc C")
    blank: dict[str, Any] = dict.fromkeys(("ky_hop", "ban", "cong_khai", "nguoi_trinh", "ngay_hop", "ghi_chu", "kinh_phi"), "")
    leader = str(people["leader"].id)
    save(clerk, a, **{**blank, "ky_hop": "Thường lệ", "ban": ["Kinh tế", "Pháp chế"], "cong_khai": "yes", "nguoi_trinh": leader})
    save(clerk, b, **{**blank, "ky_hop": "Bất thường; gấp", "ban": ["Pháp chế"], "ngay_hop": "05/02/2024", "ghi_chu": "cà rốt\nbí ngô", "kinh_phi": "1,5"})
    save(clerk, c, **{**blank, "ky_hop": "Khác=1", "cong_khai": "no", "ngay_hop": "05/02/2023", "nguoi_trinh": leader})
    work(site)
    return a, b, c


def test_results_are_filtered_by_each_field(clerk: Actor, people: dict[str, User], papers: tuple[int, int, int]) -> None:
    a, b, c = papers
    leader = people["leader"]
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"own_ky_hop": "Thường lệ"}, [a]), ({"own_ky_hop": ["Thường lệ", "Bất thường; gấp"]}, [a, b]), ({"own_ky_hop": "Khác=1"}, [c]),
        ({"own_ban": "Pháp chế"}, [a, b]), ({"own_ban": "Pháp chế", "own_ky_hop": "Bất thường; gấp"}, [b]), ({"own_cong_khai": "no"}, [c]),
        ({"own_nguoi_trinh": str(leader.id)}, [a, c]), ({"own_ngay_hop": "2024"}, [b]), ({"own_khong_co": "x"}, []), ({"own_KHONG": "x", "q": "việc"}, [a, b, c]),
    ]  # fmt: skip
    for parts, expected in cases:
        assert found(clerk, asked(**parts)) == expected, parts
    page = find.find(clerk, asked(q="việc", own_nguoi_trinh="999"))
    assert list(page.own_filters) == ["own_ky_hop", "own_ban", "own_cong_khai", "own_nguoi_trinh", "own_ngay_hop"]
    assert [(one.value, one.label, one.count) for one in page.facets["own_nguoi_trinh"]] == [(str(leader.id), leader.full_name, 2), ("999", "#999", 0)]
    with db.read() as session:
        # A page without counts names the chosen filters alone.
        assert list(filters.named(session, {}, {"own_ban": ("Kinh tế",)})[0]) == ["own_ban"]
    page = find.find(clerk, asked(q="việc"))
    assert [(one.label, one.count) for one in page.facets["own_ngay_hop"]] == [("2024", 1), ("2023", 1)]
    assert [(one.label, one.count) for one in page.facets["own_cong_khai"]] == [("Không", 1), ("Có", 1)]
    told = request.conditions(clerk, asked(own_cong_khai="yes", own_khong_co="x", own_ky_hop="Thường lệ"))
    assert [one.told(str) for one in told] == [("Công khai", "Có"), ("khong_co", "x"), ("Kỳ họp", "Thường lệ")]


def test_words_of_fields_are_found_and_told_with_the_name_of_the_field(clerk: Actor, papers: tuple[int, int, int]) -> None:
    page = find.find(clerk, '"bí ngô"', deep=True)
    assert [hit.document.id for hit in page.hits] == [papers[1]]
    assert "cà rốt bí ngô" in "".join(piece.text for piece in page.hits[0].provisions[0].snippet)
    assert found(clerk, asked(q='"kỳ họp thường lệ"')) == [papers[0]]


def test_hidden_documents_give_no_filters_counts_words_or_values(
    clerk: Actor, staff: Actor, people: dict[str, User], papers: tuple[int, int, int]
) -> None:  # fmt: skip
    for one in papers[1:]:
        hide(one)
    page = find.find(staff, asked(q="việc"))
    assert {name: [(one.label, one.count) for one in page.facets[name]] for name in page.own_filters} == {
        "own_ky_hop": [("Thường lệ", 1)], "own_ban": [("Kinh tế", 1), ("Pháp chế", 1)], "own_cong_khai": [("Có", 1)],
        "own_nguoi_trinh": [(people["leader"].full_name, 1)], "own_ngay_hop": [],
    }  # fmt: skip
    assert found(staff, asked(q="việc")) == [papers[0]]
    assert found(staff, asked(own_ngay_hop="2024")) == [] and found(staff, asked(q='"bí ngô"')) == []
    table = list(csv.reader(io.StringIO(export.export(staff, asked(q="việc"), "csv", ("subject", "own_ky_hop")).body.decode("utf-8-sig"))))
    assert table[-1] == ["Về việc A", "Thường lệ"] and not any("gấp" in cell for row in table for cell in row)


def test_exports_have_a_column_for_each_field(clerk: Actor, admin: Actor, people: dict[str, User], papers: tuple[int, int, int]) -> None:
    chosen = ("subject", "own_ky_hop", "own_ban", "own_cong_khai", "own_nguoi_trinh", "own_ngay_hop", "own_ghi_chu", "own_kinh_phi", "own_x")
    body = export.export(clerk, asked(q="việc"), "csv", chosen).body.decode("utf-8-sig")
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(body)) if len(row) > 1}
    assert rows["Trích yếu"] == ["Kỳ họp", "Ban", "Công khai", "Người trình", "Ngày họp", "Ghi chú", "Kinh phí"]
    assert rows["Về việc A"] == ["Thường lệ", "Kinh tế; Pháp chế", "Có", people["leader"].full_name, "", "", ""]
    assert rows["Về việc B"][4:] == ["2024-02-05", "cà rốt\nbí ngô", "1,5"]
    field = next(one for one in definitions.listing(admin) if one.code == "ban")
    assert not definitions.remove(admin, field.id) and "own_ban" not in export.columns(clerk)
    assert "Ban" in words.one_line(events("search:export")[-1])


def test_the_command_line_shows_values(clerk: Actor, people: dict[str, User], papers: tuple[int, int, int]) -> None:
    shown = describe.describe(COMMAND_LINE, papers[0])["own_fields"]
    assert shown["ban"] == {"label": "Ban", "kind": "choices", "value": ["Kinh tế", "Pháp chế"], "shown": "Kinh tế, Pháp chế"}
    assert shown["cong_khai"]["value"] is True and shown["nguoi_trinh"]["value"] == people["leader"].full_name
    assert describe.describe(COMMAND_LINE, papers[1])["own_fields"]["kinh_phi"] == {"label": "Kinh phí", "kind": "decimal", "value": 1.5, "shown": "1,5"}
