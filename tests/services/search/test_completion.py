"""Completions of the search box: readable documents first, then words, and nothing from hidden documents."""

from __future__ import annotations

import dataclasses
import shutil
import unicodedata
from collections.abc import Iterator

import pytest

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Denied
from docmgr.services import jobs
from docmgr.services.documents import lifecycle
from docmgr.services.search import complete, find
from docmgr.services.search.request import SearchRequest
from tests.filling.filing import actions
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


@pytest.fixture
def papers(site, people) -> list[int]:
    """Two published decisions and a draft."""
    clerk = actor_of(people["clerk"])
    made = [
        upload(clerk, decision(number="11", subject="Về việc tuyển sinh lớp mười"), "a.docx", publish=True),
        upload(clerk, decision(number="12", subject="Về việc thi đua, khen thưởng"), "b.docx", publish=True),
        upload(clerk, decision(number="13", subject="Về việc tuyển sinh zirkonia"), "c.docx"),
    ]
    work(site)
    db.release()
    return made


def test_documents_come_first_and_words_after(papers, people) -> None:
    staff = actor_of(people["staff"])
    found = complete.find(staff, "tuyen si")
    assert [number for number, _, _ in found.documents] == [papers[0]]
    assert found.documents[0][1:] == ("Quyết định 11/QĐ-SGDĐT", "Về việc tuyển sinh lớp mười")
    assert "tuyển sinh" in complete.find(staff, "tuyen s").words
    assert len(found.documents) + len(found.words) <= complete.MOST


def test_letters_typed_apart_count_as_composed_ones(papers, people) -> None:
    staff, text = actor_of(people["staff"]), "thi đua, khen thưởng " * 4 + "tuyển s"
    assert len(text) <= complete.LONGEST < len(unicodedata.normalize("NFD", text))
    composed = complete.find(staff, text)
    assert composed.words and complete.find(staff, unicodedata.normalize("NFD", text)) == composed


def test_nothing_hidden_is_offered(papers, people) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    assert complete.find(staff, "zirk") == complete.find(staff, "zirq") == complete.Completion((), ())
    assert [number for number, _, _ in complete.find(clerk, "zirk").documents] == [papers[2]]
    # Not even for someone who may read it, because words are shown to everybody.
    assert "zirkonia" not in complete.find(clerk, "zirk").words
    lifecycle.set_workflow(clerk, papers[0], "withdrawn")
    assert complete.find(staff, "tuyen si").documents == ()


def test_a_field_goes_on_with_what_readable_documents_have(papers, people, site) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    with db.write() as session:
        session.get_one(Document, papers[2]).type = "Chỉ thị"
        jobs.enqueue(session, "index", papers[2])
    work(site)
    db.release()
    assert complete.find(staff, "tuyển sinh loại:q").words == ("tuyển sinh loại:quyết định",)
    assert complete.find(clerk, "loại:ch") == complete.Completion((), ("loại:chỉ thị",))
    assert complete.find(staff, "loại:ch") == complete.find(staff, "số:11") == complete.Completion((), ())
    (question,) = complete.find(staff, "cơ quan:sở gi").words
    assert find.find(staff, question).total == 2


def test_a_title_that_changed_meanwhile_is_shown_as_it_is_now(papers, people) -> None:
    from docmgr.services.documents import facts

    clerk = actor_of(people["clerk"])
    with db.read() as session:
        revision = session.get_one(facts.Document, papers[1]).revision
    facts.save(
        clerk, papers[1], {"subject": "Về việc đổi tên"}, revision=revision, confirm=True, publish=True
    )
    found = complete.find(clerk, "thi đua, khen")
    assert [subject for _, _, subject in found.documents] == ["Về việc đổi tên"]


def test_what_cannot_go_on_is_no_error(papers, people) -> None:
    staff = actor_of(people["staff"])
    for typed in ("", " ", "t", "x" * 101, "\x00\x00", '"""', "((((", "*", "\ud800a"):
        found = complete.find(staff, typed)
        assert len(found.documents) + len(found.words) <= complete.MOST, ascii(typed)


def test_a_half_typed_question_is_no_search(papers, people) -> None:
    before = actions()
    complete.find(actor_of(people["staff"]), "tuyen si")
    assert actions() == before


def test_without_an_index_nothing_is_offered(papers, people, site) -> None:
    shutil.rmtree(site.backend.index.path)
    assert complete.find(actor_of(people["staff"]), "tuyen si") == complete.Completion((), ())


def test_an_administrator_is_offered_nothing(papers, people) -> None:
    with pytest.raises(Denied):
        complete.find(actor_of(people["administrator"]), "tuyen si")


@pytest.fixture
def at_once() -> Iterator[None]:
    """Questions are counted again each time, not once in ten minutes."""
    complete.forget()
    kept, complete.KEPT_SECONDS = complete.KEPT_SECONDS, 0.0
    yield
    complete.KEPT_SECONDS = kept
    complete.forget()


ASKERS = ("clerk", "staff", "auditor")
QUESTION = "tuyển sinh lớp mười"


def test_what_three_people_asked_is_offered(papers, people, at_once) -> None:
    actors = [actor_of(people[name]) for name in ASKERS]
    for actor in (*actors[:2], *actors[:2]):
        find.find(actor, QUESTION)
    assert complete.asked_before() == ()
    find.find(actors[2], f" T{QUESTION[1:]}")
    assert [one.lower() for one in complete.asked_before()] == [QUESTION]
    assert complete.find(actors[1], "tuyen sinh l").words[0].lower() == QUESTION


def test_capitals_with_signs_make_no_other_question(papers, people, at_once) -> None:
    for name, typed in zip(ASKERS, ("Đuổi việc  giáo viên", "đuổi việc giáo viên", "ĐUỔI VIỆC giáo viên"), strict=True):
        find.find(actor_of(people[name]), typed)
    assert [one.lower() for one in complete.asked_before()] == ["đuổi việc giáo viên"]


def test_questions_are_counted_again_after_an_error(papers, people, monkeypatch) -> None:
    complete.forget()
    for name in ASKERS:
        find.find(actor_of(people[name]), QUESTION)
    with monkeypatch.context() as broken:
        broken.setattr(complete, "LOOKED_AT", "many")
        with pytest.raises(ValueError):
            complete.asked_before()
    assert complete.asked_before() == (QUESTION,)
    complete.forget()


def test_what_nobody_may_read_is_not_offered_although_many_asked_it(papers, people, at_once) -> None:
    for name in ASKERS:
        find.find(actor_of(people[name]), "tuyển sinh zirkonia")
    assert complete.asked_before() == ("tuyển sinh zirkonia",)
    for name in ("clerk", "staff"):
        assert "tuyển sinh zirkonia" not in complete.find(actor_of(people[name]), "tuyển sinh").words


def test_filters_alone_and_other_acts_are_no_questions(papers, people, at_once) -> None:
    for name in ASKERS:
        find.find(actor_of(people[name]), SearchRequest("", filters={"type": ("Quyết định",)}))
        find.find(actor_of(people[name]), "x" * 101)
    assert complete.asked_before() == ()


def test_questions_are_kept_for_a_while(papers, people) -> None:
    complete.forget()
    assert complete.asked_before() == ()
    for name in ASKERS:
        find.find(actor_of(people[name]), QUESTION)
    assert complete.asked_before() == ()
    complete.forget()
    assert complete.asked_before() == (QUESTION,)
    complete.forget()


def test_a_site_may_switch_it_off(papers, people, site, at_once) -> None:
    for name in ASKERS:
        find.find(actor_of(people[name]), QUESTION)
    off = dataclasses.replace(site, settings=dataclasses.replace(site.settings, offer_asked=False))
    with off.bound():
        assert complete.asked_before() == ()
    assert complete.asked_before() == (QUESTION,)


def test_a_number_brings_its_document(papers, people) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    assert [number for number, _, _ in complete.find(staff, "11/QĐ").documents] == [papers[0]]
    assert complete.find(staff, "13/QĐ").documents == ()
    assert [number for number, _, _ in complete.find(clerk, "quyết định 13").documents] == [papers[2]]
