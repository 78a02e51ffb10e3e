"""What is in a case file: by number, in several case files, in order; and nothing of it for who may not read it."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr.policy import Actor
from docmgr.services.cases import contents, listing, words
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.trail import of_subjects
from tests.filling.registers import hide, inside, opened, paper, seen
from tests.support.racing import events


def test_a_document_lies_in_several_case_files(clerk: Actor) -> None:
    first, second, document, other = opened(clerk), opened(clerk, "02/X"), paper(number="12/QĐ-SGDĐT"), paper("Khác", number="13/QĐ-SGDĐT")
    assert contents.add(clerk, first, [contents.named(clerk, " 12/qđ-sgdđt "), other]) == 2
    assert contents.add(clerk, first, [document, other]) == 0 and contents.add(clerk, second, [document]) == 1
    assert [one.code for one in contents.of_document(clerk, document)] == ["01/TCCB", "02/X"]
    assert contents.named(clerk, f"#{other}") == other
    paper("Trùng", number="12/QĐ-SGDĐT")
    for typed, said in (("", "Hãy ghi số"), ("99/QĐ-X", "Không có văn bản"), ("12/QĐ-SGDĐT", "Có 2 văn bản"), ("\x00" * 300, "Không có văn bản")):
        with pytest.raises(Invalid, match=said) as error:
            contents.named(clerk, typed)
        assert error.value.field == "number"
    with pytest.raises(NotFound):
        contents.add(clerk, second, [other, 10**6])
    assert inside(second) == [document]
    place = contents.remove(clerk, first, document)
    assert seen(clerk, first) == [other]
    contents.add(clerk, first, [document], place=place)
    assert seen(clerk, first) == [document, other]
    with pytest.raises(NotFound):
        contents.remove(clerk, second, other)


def test_documents_have_an_order(clerk: Actor) -> None:
    one = opened(clerk)
    days = (dt.date(2024, 3, 1), None, dt.date(2023, 1, 1))
    a, b, c = (paper(f"V{number}", issued_on=day) for number, day in enumerate(days))
    contents.add(clerk, one, [a, b, c])
    contents.move(clerk, one, c, -1)
    assert seen(clerk, one) == [a, c, b]
    contents.move(clerk, one, a, 1)
    contents.move(clerk, one, b, 1)
    contents.move(clerk, one, c, -1)
    assert seen(clerk, one) == [c, a, b] and len(events("case:order")) == 2
    contents.move(clerk, one, b, -1)
    contents.sort_by_day(clerk, one)
    assert seen(clerk, one) == [c, a, b]


def test_what_one_may_not_read_is_neither_shown_nor_counted_nor_moved(clerk: Actor, staff: Actor, auditor: Actor) -> None:
    one, unseen = opened(clerk, person_id=staff.user_id), opened(clerk, "02/X")
    a, secret, b, c = paper("A"), paper("Kỷ luật ông Bí Mật", number="7/QĐ-MAT"), paper("B"), paper("C")
    contents.add(clerk, one, [a, secret, b, c])
    contents.add(clerk, unseen, [secret])
    hide(secret)
    assert seen(staff, one) == [a, b, c] and [row.place for row in contents.rows(staff, one)] == [1, 2, 3]
    assert contents.counts(staff, [one, unseen]) == {one: 3} and contents.counts(auditor, [one, unseen]) == {one: 4, unseen: 1}
    assert listing.line(staff, unseen).documents == 0 and contents.of_document(staff, secret) == []
    for act in (lambda: contents.remove(staff, one, secret), lambda: contents.move(staff, one, secret, 1), lambda: contents.add(staff, one, [secret])):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Invalid, match="Không có văn bản"):
        contents.named(staff, "7/QĐ-MAT")
    contents.move(staff, one, b, -1)
    assert seen(staff, one) == [b, a, c] and inside(one) == [b, secret, a, c]
    contents.sort_by_day(staff, one)
    assert inside(one).index(secret) == 1
    assert contents.remove(staff, one, a) == 2 and inside(one) == [b, secret, c]
    contents.add(staff, one, [a], place=2)
    assert seen(staff, one) == [b, a, c] and contents.remove(staff, one, c) == 3
    contents.add(staff, one, [c], place=2**31 - 1)
    assert seen(staff, one) == [b, a, c] and contents.remove(staff, one, b) == 1
    contents.add(staff, one, [b], place=0)
    assert inside(one) == [secret, b, a, c]
    told = [event.details.get("about", "") for event in of_subjects.find(staff, {"case": [one]})]
    assert not any("MAT" in words for words in told) and "Quyết định 7/QĐ-MAT" in [
        event.details.get("about") for event in of_subjects.find(auditor, {"case": [one]})
    ]


def test_what_is_in_the_bin_is_shown_to_those_who_may_restore_it(clerk: Actor, staff: Actor) -> None:
    one, document = opened(clerk), paper()
    contents.add(clerk, one, [document])
    lifecycle.delete(clerk, [document])
    assert seen(clerk, one) == [document] and seen(staff, one) == [] and contents.rows(clerk, one)[0].deleted
    with pytest.raises(NotFound):
        contents.add(clerk, opened(clerk, "02/X"), [document])
    bin.restore_document(clerk, document)
    assert seen(staff, one) == [document]


def test_a_case_file_is_not_without_bounds(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_DOCUMENTS", 2)
    one = opened(clerk)
    contents.add(clerk, one, [paper("A")])
    with pytest.raises(Invalid, match="nhiều nhất 2"):
        contents.add(clerk, one, [paper("B"), paper("C")])
    assert len(inside(one)) == 1
