"""The definitions of own fields: what is refused, what stays as it is, and what becomes of values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docmgr import db
from docmgr.models import Job, OwnField, User
from docmgr.policy import Actor, Denied
from docmgr.services.documents import facts
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.own_fields import assigning, definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from tests.filling.filing import load
from tests.filling.registers import paper
from tests.support.acting import actor_of
from tests.support.racing import count, events


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return actor_of(people["administrator"])


GOOD = OwnFieldInput("Kỳ họp", kind="choice", choices="A\nB")


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        (replace(GOOD, label=" \u200b\x00"), "label", "Hãy ghi tên trường."),
        (replace(GOOD, label="x" * 101), "label", "dài quá 100 ký tự"),
        (replace(GOOD, label="Kỳ\x07 họp", code="KY HOP"), "code", "Mã gồm chữ thường"),
        (replace(GOOD, code="9a"), "code", "Mã gồm"),
        (replace(GOOD, code="a" * 31), "code", "Mã gồm"),
        (replace(GOOD, code="a\x00b"), "code", "Mã gồm"),
        (replace(GOOD, label="???"), "code", "Mã gồm"),
        (replace(GOOD, label="Năm"), "code", "Mã “nam” đã có nghĩa khác"),
        (replace(GOOD, code="da_co"), "code", "Mã “da_co” đã có"),
        (replace(GOOD, kind="khac"), "kind", "Hãy chọn một mục"),
        (replace(GOOD, types=("Nghị quyết", "Không có")), "types", "Không có loại văn bản “Không có”"),
        (replace(GOOD, choices=" \n"), "choices", "mỗi mục một dòng"),
        (replace(GOOD, choices="A\nB\n a "), "choices", "Mục “a” có hai lần"),
        (replace(GOOD, choices="a\nB\nA"), "choices", "Mục “A” có hai lần"),
        (replace(GOOD, choices="x" * 201), "choices", "dài quá 200 ký tự"),
        (replace(GOOD, choices="\n".join(map(str, range(201)))), "choices", "nhiều nhất 200 mục"),
        (replace(GOOD, kind="text"), "choices", "Chỉ trường chọn mục"),
        (replace(GOOD, help="x" * 301), "help", "dài quá 300 ký tự"),
        (replace(GOOD, position=10_001), "position", "từ 0 đến 10000"),
    ],
)
def test_what_is_no_definition_is_refused_with_the_reason(admin: Actor, given: OwnFieldInput, field: str, said: str) -> None:
    definitions.create(admin, OwnFieldInput("Đã có"))
    with pytest.raises(Invalid) as error:
        definitions.create(admin, given)
    assert error.value.field == field and said in error.value.message.told()
    assert [one.code for one in definitions.listing(admin)] == ["da_co"]


def test_a_definition_is_cleaned_and_recorded(admin: Actor) -> None:
    given = OwnFieldInput("  Kỳ\thọp  thứ ", kind="choices", types=("Nghị quyết", "Nghị quyết"), required=True, choices=" A \r\n\r\nB\x07", help=" x ", in_lists=True)
    one, two = definitions.create(admin, given), definitions.create(admin, OwnFieldInput("Số đại biểu", kind="whole"))
    field = definitions.get(admin, one)
    assert (field.code, field.label, field.types, field.choices, field.help, field.position) == ("ky_hop_thu", "Kỳ họp thứ", ["Nghị quyết"], ["A", "B"], "x", 10)
    assert [one.position for one in definitions.listing(admin)] == [10, 20]
    assert events("field:create")[0].details["Bắt buộc"] == {"msgid": "Có", "values": {}}
    changed = replace(given, label="Kỳ", code="khac", kind="text", required=False, position=30)
    definitions.edit(admin, one, changed, revision=1)
    assert [(row.id, row.code, row.kind, row.label) for row in definitions.listing(admin)] == [(two, "so_dai_bieu", "whole", "Số đại biểu"), (one, "ky_hop_thu", "choices", "Kỳ")]
    assert set(events("field:edit")[0].details["changes"]) == {"Tên trường", "Bắt buộc", "Thứ tự"}
    definitions.edit(admin, one, changed, revision=2)
    assert len(events("field:edit")) == 1
    with pytest.raises(Conflict):
        definitions.edit(admin, one, given, revision=1)


def test_only_administrators_define_fields(clerk: Actor, admin: Actor) -> None:
    one = definitions.create(admin, OwnFieldInput("Một"))
    calls: list[Any] = [
        lambda: definitions.listing(clerk), lambda: definitions.get(clerk, one), lambda: definitions.create(clerk, OwnFieldInput("Hai")),
        lambda: definitions.edit(clerk, one, OwnFieldInput("Hai"), revision=None), lambda: definitions.remove(clerk, one), lambda: definitions.restore(clerk, one),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(Denied):
            call()
    for call in (lambda: definitions.get(admin, 99), lambda: definitions.remove(admin, 99), lambda: definitions.restore(admin, 99)):
        with pytest.raises(NotFound):
            call()


def test_there_are_only_so_many_fields(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "MOST_FIELDS", 2)
    for label in ("Một", "Hai"):
        definitions.create(admin, OwnFieldInput(label))
    with pytest.raises(Invalid) as error:
        definitions.create(admin, OwnFieldInput("Ba"))
    assert error.value.message.told() == "Đã có 2 trường riêng, không thêm được nữa."


def test_a_field_with_values_is_retired_and_its_values_can_be_read(clerk: Actor, admin: Actor) -> None:
    used, unused = definitions.create(admin, OwnFieldInput("Ghi chú", required=True)), definitions.create(admin, OwnFieldInput("Khác"))
    document = paper()
    facts.save(clerk, document, {}, revision=load(document).revision, confirm=True, publish=False, own={"ghi_chu": ["một"], "khac": [""]})
    assert definitions.remove(admin, unused) and not definitions.remove(admin, used) and not definitions.remove(admin, used)
    assert [event.action for event in events("field:delete", "field:retire")] == ["field:delete", "field:retire"]
    db.release()
    assert values.plain(clerk, document)["ghi_chu"]["value"] == "một" and assigning.form(clerk, document, "Quyết định") == ()
    db.release()
    facts.save(clerk, document, {"type": "Nghị quyết"}, revision=load(document).revision, confirm=True, publish=False, own={})
    assert values.plain(clerk, document)["ghi_chu"]["value"] == "một"
    definitions.restore(admin, used)
    db.release()
    assert [line.typed for line in assigning.form(clerk, document, None)] == [("một",)] and count(OwnField) == 1
    # The name of a field stands in the index beside the words of its values.
    before = count(Job, Job.kind == "index", Job.document_id == document)
    definitions.edit(admin, used, OwnFieldInput("Ghi chú mới"), revision=None)
    assert count(Job, Job.kind == "index", Job.document_id == document) == before + 1
