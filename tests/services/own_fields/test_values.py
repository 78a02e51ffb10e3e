"""Values of own fields: every kind, good and bad, required ones, and a change of type."""

from __future__ import annotations

from typing import Any

import pytest

from docmgr import db
from docmgr.models import OwnValue, User
from docmgr.policy import Actor
from docmgr.services.documents import facts
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.own_fields import assigning, definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.trail import words
from tests.filling.filing import load
from tests.filling.registers import hide, paper
from tests.support.acting import actor_of
from tests.support.racing import count, events


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return actor_of(people["administrator"])


def save(clerk: Actor, document: int, typed: dict[str, list[str]] | None, *, confirm: bool = False, **more: str) -> None:
    db.release()
    facts.save(clerk, document, more, revision=load(document).revision, confirm=confirm, publish=False, own=typed)


def held(actor: Actor, document: int) -> dict[str, Any]:
    db.release()
    return {code: (one["value"], one["shown"]) for code, one in values.plain(actor, document).items()}


@pytest.mark.parametrize(
    ("kind", "good", "value", "shown", "bad"),
    [
        ("text", "  Kỳ\u200b họp  thứ\n5\x07 ", "Kỳ họp thứ 5", "Kỳ họp thứ 5", ["x" * 501]),
        ("long_text", "Dòng một\r\nDòng hai", "Dòng một\nDòng hai", "Dòng một\nDòng hai", ["x" * 5001]),
        ("whole", "-1.250", -1250, "-1.250", ["1,5", "1.25", "mười", "1" * 16, "1.2500"]),
        ("whole", "0", 0, "0", ["--1"]),
        ("decimal", "1.250,50", 1250.5, "1.250,5", ["12.5", "1,2345678", "1.0e5", "NaN", "9" * 16, ","]),
        ("decimal", "-0,5", -0.5, "-0,5", ["1,5,5"]),
        ("decimal", "-0", 0, "0", []),
        ("date", "5/2/2024", "2024-02-05", "05/02/2024", ["32/01/2024", "2024", "hôm nay"]),
        ("yes_no", "no", False, "Không", ["có", "maybe"]),
        ("choice", "Bất thường", "Bất thường", "Bất thường", ["bất thường", "Khác"]),
    ],
)
def test_each_kind_takes_what_fits_and_says_what_does_not(
    clerk: Actor, admin: Actor, kind: str, good: str, value: Any, shown: str, bad: list[str]
) -> None:
    definitions.create(admin, OwnFieldInput("Mục", kind=kind, choices="Thường lệ\nBất thường" if kind == "choice" else ""))
    document = paper()
    save(clerk, document, {"muc": [good]})
    assert held(clerk, document) == {"muc": (value, shown)}
    revision = load(document).revision
    for one in bad:
        with pytest.raises(Invalid) as error:
            save(clerk, document, {"muc": [one]})
        assert error.value.field == "own_muc" and "Mục" in error.value.message.told()
    assert load(document).revision == revision and held(clerk, document) == {"muc": (value, shown)}
    (line,) = assigning.form(clerk, document, "Quyết định")
    save(clerk, document, {"muc": list(line.typed)})
    assert held(clerk, document) == {"muc": (value, shown)} and len(events("document:edit")[-1].details["changed"]) == 0
    save(clerk, document, {"muc": [" "]})
    assert held(clerk, document) == {}


def test_several_choices_persons_and_units(clerk: Actor, admin: Actor, people: dict[str, User]) -> None:
    definitions.create(admin, OwnFieldInput("Lĩnh vực con", kind="choices", choices="A\nB\nC"))
    definitions.create(admin, OwnFieldInput("Người trình", kind="person"))
    definitions.create(admin, OwnFieldInput("Đơn vị trình", kind="unit"))
    document, leader, unit = paper(), people["leader"], people["staff"].unit_id
    typed = {"linh_vuc_con": ["C", "A", "C", ""], "nguoi_trinh": [str(leader.id)], "don_vi_trinh": [str(unit)]}
    save(clerk, document, typed)
    name, unit_name = leader.full_name, assigning.form(clerk, document, None)[2].options[0][1]
    assert held(clerk, document)["linh_vuc_con"] == (["C", "A"], "C, A") and held(clerk, document)["nguoi_trinh"] == (name, name)
    for code, wrong in (("linh_vuc_con", ["A", "D"]), ("nguoi_trinh", ["999"]), ("nguoi_trinh", ["x"]), ("don_vi_trinh", ["0"]), ("don_vi_trinh", ["9" * 30])):
        with pytest.raises(Invalid) as error:
            save(clerk, document, {**typed, code: wrong})
        assert error.value.field == f"own_{code}"
    # A name that changed is told anew; who was disabled, or a choice that was taken off the list, stays where it is.
    with db.write() as session:
        session.get_one(User, leader.id).full_name = "Tên Mới"
        session.get_one(User, leader.id).disabled_at = db.now()
    field = next(one for one in definitions.listing(admin) if one.kind == "choices")
    definitions.edit(admin, field.id, OwnFieldInput("Lĩnh vực con", choices="A\nB"), revision=field.revision)
    assert held(clerk, document)["nguoi_trinh"] == ("Tên Mới", "Tên Mới")
    save(clerk, document, {**typed, "linh_vuc_con": ["C"]})
    assert held(clerk, document)["linh_vuc_con"][0] == ["C"] and unit_name
    with pytest.raises(Invalid) as error:
        save(clerk, paper("B"), {**typed, "linh_vuc_con": ["A"]})
    assert error.value.field == "own_nguoi_trinh"


def test_required_fields_are_asked_when_the_facts_are_confirmed(clerk: Actor, admin: Actor) -> None:
    definitions.create(admin, OwnFieldInput("Kỳ họp", required=True, types=("Nghị quyết",)))
    decision, resolution = paper("A"), paper("B", type="Nghị quyết")
    save(clerk, decision, {}, confirm=True)
    save(clerk, resolution, {"ky_hop": [""]})
    for typed in ({"ky_hop": [" \u200b"]}, None):
        with pytest.raises(Invalid) as error:
            save(clerk, resolution, typed, confirm=True)
        assert error.value.field == "own_ky_hop" and error.value.message.told() == "Hãy điền “Kỳ họp”."
    save(clerk, resolution, {"ky_hop": ["Kỳ 1"]}, confirm=True)
    # What is confirmed stays complete, also when it is saved without confirming.
    with pytest.raises(Invalid):
        save(clerk, resolution, {"ky_hop": [""]})
    save(clerk, resolution, None, confirm=True)
    assert held(clerk, resolution) == {"ky_hop": ("Kỳ 1", "Kỳ 1")}


def test_a_change_of_type_shows_the_fields_of_the_other_and_drops_those_of_the_former(clerk: Actor, admin: Actor) -> None:
    definitions.create(admin, OwnFieldInput("Kỳ họp", types=("Nghị quyết", "Biên bản")))
    definitions.create(admin, OwnFieldInput("Ghi chú"))
    document = paper()
    with pytest.raises(assigning.Unseen):
        save(clerk, document, {"ghi_chu": ["x"]}, type="NGHỊ QUYẾT")
    assert load(document).type == "Quyết định" and held(clerk, document) == {}
    save(clerk, document, {"ghi_chu": ["x"], "ky_hop": ["Kỳ 2"]}, type="NGHỊ QUYẾT")
    assert held(clerk, document) == {"ky_hop": ("Kỳ 2", "Kỳ 2"), "ghi_chu": ("x", "x")}
    save(clerk, document, {"ghi_chu": ["x"], "ky_hop": ["Kỳ 2"]}, type="Quyết định")
    assert held(clerk, document) == {"ghi_chu": ("x", "x")}
    assert events("document:edit")[-1].details["changed"] == {"type": ["NGHỊ QUYẾT", "Quyết định"], "Kỳ họp": ["Kỳ 2", None]}


def test_the_event_names_the_field_and_is_told_in_words(clerk: Actor, admin: Actor) -> None:
    definitions.create(admin, OwnFieldInput("Trích yếu", code="a"))
    definitions.create(admin, OwnFieldInput("number", code="b"))
    definitions.create(admin, OwnFieldInput("Trích yếu", code="c", kind="yes_no"))
    document = paper()
    save(clerk, document, {"a": ["một"], "b": ["hai"], "c": ["yes"]})
    (event,) = events("document:edit")
    assert [(one.label, one.old, one.new) for one in words.details(event)] == [
        ("Trích yếu", "(trống)", "một"), ("number (b)", "(trống)", "hai"), ("Trích yếu (c)", "(trống)", "Có"),
    ]  # fmt: skip


def test_values_follow_the_rights_of_the_document_and_go_with_it(clerk: Actor, staff: Actor, admin: Actor) -> None:
    definitions.create(admin, OwnFieldInput("Ghi chú", in_lists=True))
    document, other = paper("A"), paper("B")
    save(clerk, document, {"ghi_chu": ["kín"]})
    assert held(staff, document)
    hide(document)
    for call in (lambda: values.of_document(staff, document), lambda: assigning.form(staff, document, None)):
        with pytest.raises(NotFound):
            call()
    assert set(values.for_lists(clerk, [document, other])) == {document}
    with db.write() as session:
        assigning.forget(session, document)
    assert count(OwnValue) == 0


def test_a_joined_draft_gives_values_that_the_other_lacks(clerk: Actor, admin: Actor) -> None:
    for label in ("Một", "Hai"):
        definitions.create(admin, OwnFieldInput(label))
    definitions.create(admin, OwnFieldInput("Ba", types=("Nghị quyết",)))
    into, draft = paper("A"), paper("B", type="Nghị quyết")
    save(clerk, into, {"mot": ["A"], "hai": [""]})
    save(clerk, draft, {"mot": ["B"], "hai": ["B"], "ba": ["B"]})
    with db.write() as session:
        assigning.adopt(session, load(into), load(draft))
    assert held(clerk, into) == {"mot": ("A", "A"), "hai": ("B", "B")}
