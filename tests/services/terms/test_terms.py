"""Tags and fields of work: the vocabulary, free tags, many documents at once, and what is offered to whom."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.models import Job, User
from docmgr.policy import Actor, Denied
from docmgr.services.documents import facts
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms import vocabulary
from docmgr.services.terms.of_documents import DocumentTerms, TermsInput
from tests.filling.filing import load
from tests.filling.registers import hide, paper
from tests.support.acting import actor_of
from tests.support.racing import count, events


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return actor_of(people["administrator"])


def save(clerk: Actor, document: int, field: str, tags: str) -> None:
    db.release()
    facts.save(clerk, document, {}, revision=load(document).revision, confirm=False, publish=False, terms=TermsInput(field, tags))


def test_a_document_has_one_field_and_some_tags(clerk: Actor, admin: Actor) -> None:
    vocabulary.create(admin, "field", "Tổ chức cán bộ")
    vocabulary.create(admin, "tag", "Khẩn cấp")
    document = paper()
    save(clerk, document, "tổ chức cán bộ", " khẩn  CẤP;thi đua\nthi đua, ,Zalo ")
    assert terms.of_document(clerk, document) == DocumentTerms("Tổ chức cán bộ", ("Khẩn cấp", "thi đua", "Zalo"))
    (event,) = events("document:edit")
    assert event.details["changed"] == {"field_of_work": [None, "Tổ chức cán bộ"], "tags": [None, "Khẩn cấp, thi đua, Zalo"]}
    save(clerk, document, "", "zalo")
    assert terms.of_document(clerk, document) == DocumentTerms(None, ("Zalo",))
    jobs = count(Job, Job.document_id == document, Job.kind == "index")
    assert jobs == 2
    wrong = {"Không có": ("field_of_work", ""), "x" * 101: ("tags", "x" * 101), "nhiều": ("tags", ",".join(map(str, range(21))))}
    for field, (where, typed) in wrong.items():
        with pytest.raises(Invalid) as error:
            save(clerk, document, field if where == "field_of_work" else "", typed)
        assert error.value.field == where
    assert terms.of_document(clerk, document) == DocumentTerms(None, ("Zalo",))


def test_many_documents_are_tagged_at_once_or_none(clerk: Actor, staff: Actor, admin: Actor) -> None:
    vocabulary.create(admin, "field", "Tài chính")
    a, b, c = paper("A"), paper("B"), paper("C")
    assert terms.add(clerk, [a, b], field_of_work="Tài chính", tags="Quý I") == 2 and terms.add(clerk, [a, b], tags="quý i") == 0
    assert terms.add(clerk, [b, c], tags="Quý II") == 2
    assert [terms.of_document(clerk, one) for one in (a, b, c)] == [
        DocumentTerms("Tài chính", ("Quý I",)), DocumentTerms("Tài chính", ("Quý I", "Quý II")), DocumentTerms(None, ("Quý II",)),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        terms.add(clerk, [c, b], tags=",".join(f"t{number}" for number in range(19)))
    with pytest.raises(NotFound):
        terms.add(staff, [a], tags="x")
    assert terms.of_document(clerk, c).tags == ("Quý II",) and len(events("document:tag")) == 4


def test_tags_of_hidden_documents_are_not_offered(clerk: Actor, staff: Actor, admin: Actor) -> None:
    document, secret = paper(), paper("Mật")
    terms.add(clerk, [document], tags="chung")
    terms.add(clerk, [secret], tags="vụ án X")
    vocabulary.create(admin, "tag", "Sẵn có")
    vocabulary.close(admin, vocabulary.create(admin, "tag", "Đóng"))
    hide(secret)
    assert terms.tags(staff) == ["Sẵn có", "chung"]
    with pytest.raises(NotFound):
        terms.of_document(staff, secret)
    # Nothing tells an administrator either that the word was there.
    made = vocabulary.create(admin, "tag", "Vụ án X")
    assert [term.name for term in vocabulary.listing(admin) if term.id == made] == ["Vụ án X"]


def test_the_vocabulary_is_kept_by_administrators(clerk: Actor, admin: Actor) -> None:
    for act in (lambda: vocabulary.create(clerk, "tag", "X"), lambda: vocabulary.listing(clerk), lambda: vocabulary.close(clerk, 1)):
        with pytest.raises(Denied):
            act()
    one = vocabulary.create(admin, "tag", "  Thi\x00 đua ")
    for kind, name, field in (("tag", "THI ĐUA", "name"), ("x", "Y", "kind"), ("tag", "", "name"), ("tag", "a,b", "name"), ("tag", "đ" * 300, "name")):
        with pytest.raises(Invalid) as error:
            vocabulary.create(admin, kind, name)
        assert error.value.field == field
    document, both = paper(), paper("Hai")
    terms.add(clerk, [document], tags="khen thưởng")
    terms.add(clerk, [both], tags="khen thưởng, thi đua")
    before = load(document).revision
    vocabulary.rename(admin, one, "Khen thưởng", revision=1)
    # The free tag of this name has become the word, and documents have it once.
    assert [terms.of_document(clerk, number).tags for number in (document, both)] == [("Khen thưởng",)] * 2
    assert load(document).revision > before and count(Job, Job.document_id == document) >= 2
    with pytest.raises(Conflict):
        vocabulary.rename(admin, one, "Cũ", revision=1)
    field = vocabulary.create(admin, "field", "Thanh tra, kiểm tra")
    save(clerk, document, "Thanh tra, kiểm tra", "")
    vocabulary.close(admin, field)
    assert terms.fields(clerk) == []
    save(clerk, document, "Thanh tra, kiểm tra", "giữ")
    with pytest.raises(Invalid):
        save(clerk, both, "Thanh tra, kiểm tra", "")
    vocabulary.close(admin, field, closed=False)
    assert terms.fields(clerk) == ["Thanh tra, kiểm tra"]
    with pytest.raises(NotFound):
        vocabulary.get(admin, 10**6)
