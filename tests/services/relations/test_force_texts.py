"""Which statements in texts end a document: which words, of which text, and which document they mean."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Document, Job, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import facts, validity
from docmgr.services.relations import relations
from tests.filling.ending import BEFORE, DAY, OLD, closed_folder, kept, paper, says, settle, standings, told
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


@pytest.fixture
def clerk(site, people: dict[str, User]) -> Actor:
    site.backend.index.create()
    return actor_of(people["clerk"])


@pytest.fixture
def pair(clerk: Actor) -> tuple[int, int]:
    """(old, new): a document in force, and one that takes effect on DAY; they are not related yet."""
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", issued_on=BEFORE, effective_from=DAY)
    settle()
    return old, new


STATED = ("Điều 1. Ban hành", "Quyết định này có hiệu lực từ ngày ký và thay thế {}.")


def test_what_a_text_states_counts_once_a_clerk_confirmed_it(site, clerk, staff) -> None:
    old = upload(clerk, decision("12"), publish=True)
    body = (STATED[0], STATED[1].format("Quyết định số 12/QĐ-SGDĐT ngày 05 tháng 02 năm 2024"))
    new = upload(clerk, decision("30", body=body, day="20"), "b.docx", publish=True)
    work(site)
    assert standings(staff, old) == [(new, "possible")]
    assert (kept(old), validity.of(staff, load(old), DAY).status.code) == ((None, None), "con_hieu_luc")
    facts.save(clerk, new, {}, revision=load(new).revision, confirm=True, publish=True)
    work(site)
    assert standings(staff, old) == [(new, "counts")]
    assert kept(old) == (dt.date(2024, 2, 20), new)


@pytest.mark.parametrize(
    ("words", "number", "day", "over"),
    [
        ("Quyết định này thay thế {}.", "12/QĐ-SGDĐT", OLD, True),
        ("Quyết định này thay thế {}.", "12/QĐ-SGDĐT", None, True),
        ("Quyết định này thay thế {}.", "12/QĐ-SGDĐT", dt.date(2020, 3, 3), False),
        ("Quyết định này thay thế {}.", "12/QĐ-SGDĐT", dt.date(2019, 1, 1), False),
        ("Quyết định này thay thế {}.", "13/QĐ-SGDĐT", OLD, False),
        ("Bãi bỏ một số điều của {}.", "12/QĐ-SGDĐT", OLD, False),
        ("Thay thế Phụ lục I của {}.", "12/QĐ-SGDĐT", OLD, False),
    ],
)
def test_which_words_end_a_document(clerk, pair, words: str, number: str, day: dt.date | None, over: bool) -> None:
    old, new = pair
    says(new, number, words, issued_on=day)
    settle()
    assert told(clerk, old) == ("het_hieu_luc" if over else "con_hieu_luc")


def test_words_that_point_at_a_provision_or_only_cite_end_nothing(clerk, pair) -> None:
    old, new = pair
    says(new, "12/QĐ-SGDĐT", "Bãi bỏ {}.", role="repeals", provision="dieu-5")
    settle()
    assert told(clerk, old) == "con_hieu_luc"
    says(new, "12/QĐ-SGDĐT", "Theo {} thì.", role="cites")
    settle()
    assert told(clerk, old) == "con_hieu_luc"


def test_the_newest_text_that_was_read_speaks(clerk, pair) -> None:
    old, new = pair
    says(new, "12/QĐ-SGDĐT", "Thay thế {}.")
    settle()
    with db.write() as session:
        document = session.get_one(Document, new)
        document.current_no += 1
        session.add(Job(kind="index", document_id=new))
    settle()
    assert told(clerk, old) == "het_hieu_luc"
    with db.write() as session:
        session.execute(update(Document).where(Document.id == new).values(current_no=1))
    says(new, None, "Không thay thế gì.")
    settle()
    assert told(clerk, old) == "con_hieu_luc"


def test_what_a_person_says_of_the_two_overrules_the_text(clerk, pair) -> None:
    old, new = pair
    says(new, "12/QĐ-SGDĐT", "Thay thế {}.")
    settle()
    assert told(clerk, old) == "het_hieu_luc"
    relation = relations.add(clerk, new, "amends", old)
    settle()
    assert (told(clerk, old), standings(clerk, old)) == ("con_hieu_luc", [])
    relations.end(clerk, relation)
    settle()
    assert told(clerk, old) == "het_hieu_luc"


def test_a_number_that_two_bear_ends_neither_until_one_is_renumbered(clerk) -> None:
    one = paper("12/QĐ-UBND", issuer="UBND tỉnh A", issued_on=OLD)
    other = paper("12/QĐ-UBND", issuer="UBND tỉnh B", issued_on=dt.date(2020, 5, 5))
    new = paper("30/QĐ-UBND", issuer="UBND tỉnh A", effective_from=DAY)
    says(new, "12/QĐ-UBND", "Thay thế {}.")
    settle()
    assert [told(clerk, one), told(clerk, other)] == ["con_hieu_luc", "con_hieu_luc"]
    assert standings(clerk, one) == [(new, "possible")]
    facts.save(COMMAND_LINE, other, {"number": "99/QĐ-UBND"}, revision=load(other).revision, confirm=False, publish=False)
    settle()
    assert told(clerk, one) == "het_hieu_luc"


def test_copies_of_one_document_end_together(clerk) -> None:
    copies = [paper("12/QĐ-SGDĐT", issuer="Sở Giáo dục và Đào tạo") for _ in range(2)]
    new = paper("30/QĐ-SGDĐT", effective_from=DAY)
    says(new, "12/QĐ-SGDĐT", "Thay thế {}.", issued_on=OLD)
    settle()
    assert [told(clerk, one) for one in copies] == ["het_hieu_luc", "het_hieu_luc"]


def test_a_hidden_document_of_the_same_number_changes_nothing(people, clerk, staff) -> None:
    old, new = paper("12/QĐ-UBND", issuer="UBND tỉnh A"), paper("30/QĐ-UBND", issuer="UBND tỉnh A", effective_from=DAY)
    says(new, "12/QĐ-UBND", "Thay thế {}.")
    settle()
    assert told(staff, old) == "het_hieu_luc"
    paper("12/QĐ-UBND", closed_folder("role:auditor"), issuer="UBND tỉnh B")
    says(new, "12/QĐ-UBND", "Thay thế {}.")
    settle()
    assert told(staff, old) == "het_hieu_luc"
