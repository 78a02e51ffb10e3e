"""What helps a clerk to confirm: like spellings of an issuer, suggestions, printed but unread facts, and the queue."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import Abbreviation, User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.reading.facts.printed import printed
from docmgr.services.documents import facts
from docmgr.services.documents.confirming import must_look, queue, suggestions
from docmgr.services.folders import sharing, tree
from tests.filling.filing import file_document, load
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

ISSUED = {"issuer": "Ủy ban nhân dân tỉnh Mẫu"}


def clash_ids(clerk: Actor, document_id: int) -> list[int]:
    return [d.id for d in facts.form(clerk, document_id).clashes]


@pytest.mark.parametrize("issuer", ["UBND tỉnh Mẫu", "UỶ BAN NHÂN DÂN TỈNH MẪU", "uy ban nhan dan tinh mau"])
@pytest.mark.parametrize("number", ["5/QĐ-UBND", "05/qđ-ubnd", "5 / QĐ–UBND"])
def test_another_spelling_of_number_and_issuer_clashes(site: Context, clerk: Actor, issuer: str, number: str) -> None:
    root = tree.root_id()
    one = file_document(root, "5/QĐ-UBND", **ISSUED)
    two = file_document(root, number, issuer=issuer)
    assert clash_ids(clerk, two) == [one]


def test_another_issuer_or_year_does_not_clash(site: Context, clerk: Actor) -> None:
    root = tree.root_id()
    file_document(root, "5/QĐ-UBND", **ISSUED)
    assert clash_ids(clerk, file_document(root, "5/QĐ-UBND", issuer="UBND tỉnh Khác")) == []
    assert clash_ids(clerk, file_document(root, "5/QĐ-UBND")) == []


def test_abbreviations_of_the_site_count(site: Context, clerk: Actor) -> None:
    root = tree.root_id()
    one = file_document(root, "5/QĐ-X", issuer="Trung tâm Khảo thí Quốc gia")
    two = file_document(root, "5/QĐ-X", issuer="TTKTQG")
    assert clash_ids(clerk, two) == []
    with db.write() as session:
        session.add(Abbreviation(key="ttktqg", short="TTKTQG", names=["Trung tâm Khảo thí Quốc gia"]))
    assert clash_ids(clerk, two) == [one]


def test_suggestions_come_by_frequency_without_diacritics(site: Context, clerk: Actor) -> None:
    root = tree.root_id()
    for n, signer in enumerate(["Trần Thị Bình", "Nguyễn Văn Ân", "Nguyễn Văn Ân", "Đỗ Văn Anh"]):
        file_document(root, f"{n}/QĐ-X", signer=signer)
    assert suggestions.matching(clerk, "signer", "nguyen v") == ["Nguyễn Văn Ân"]
    assert suggestions.matching(clerk, "signer", "van an") == ["Nguyễn Văn Ân", "Đỗ Văn Anh"]
    assert suggestions.matching(clerk, "signer", "guyen") == []
    assert suggestions.likely(clerk, 0)["signer"][0] == "Nguyễn Văn Ân"
    assert suggestions.matching(clerk, "subject", "") == []


def test_suggestions_are_few_and_types_are_known(site: Context, clerk: Actor) -> None:
    root = tree.root_id()
    for n in range(30):
        file_document(root, f"{n}/QĐ-X", place=f"Nơi {n:02}")
    assert len(suggestions.matching(clerk, "place", "noi")) == suggestions.MOST
    assert len(suggestions.likely(clerk, 0)["place"]) == suggestions.FIRST
    assert suggestions.matching(clerk, "type", "")[0] == "Quyết định"
    assert "Nghị quyết liên tịch" in suggestions.matching(clerk, "type", "lien tich")


def test_no_suggestion_from_what_one_may_not_read(site: Context, clerk: Actor, staff: Actor) -> None:
    closed = tree.create(COMMAND_LINE, tree.root_id(), "Kín").id
    sharing.set_inherit(COMMAND_LINE, sharing.SharedThing(folder_id=closed), inherit=False)
    file_document(closed, "1/QĐ-X", signer="Người Kín Tiếng", inherit=True)
    file_document(tree.root_id(), "2/QĐ-X", signer="Người Dự Thảo", workflow="draft")
    assert suggestions.matching(staff, "signer", "nguoi") == []
    assert "Người Kín Tiếng" in suggestions.matching(COMMAND_LINE, "signer", "nguoi")
    # What a program has guessed is no value of the site, not even for an editor.
    assert "Người Dự Thảo" not in suggestions.matching(COMMAND_LINE, "signer", "nguoi")


def test_who_reads_no_documents_gets_no_suggestions(site: Context, people: dict[str, User]) -> None:
    administrator = actor_of(people["administrator"])
    with pytest.raises(Denied):
        suggestions.matching(administrator, "signer", "")
    with pytest.raises(Denied):
        suggestions.likely(administrator, 0)


HEAD = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Số:      /QĐ-UBND", {"number"}),
        ("Số lượng: 5", set()),
        (HEAD, {"issuer"}),
        ("Hà Nội, ngày    tháng 5 năm 2024", {"issued_on", "place"}),
        ("ngày 5 tháng 5 năm 2024", {"issued_on"}),
        ("V/v tổ chức hội nghị", {"subject"}),
        ("QUYẾT ĐỊNH", {"type"}),
        ("Quyết định này nói khác", set()),
        ("HỎA TỐC", {"urgency"}),
        ("Nơi nhận:\n- Như trên;", {"recipients", "signer", "position"}),
        ("KT. GIÁM ĐỐC", {"signer", "position"}),
        ("PHÓ GIÁM ĐỐC", {"signer", "position"}),
        ("Văn bản có hiệu lực kể từ ngày công bố.", {"effective_from"}),
        ("Một câu bất kỳ về giám đốc và chủ tịch.", set()),
        ("", set()),
    ],
)
def test_what_a_text_prints(text: str, fields: set[str]) -> None:
    assert printed(text) == fields


def test_a_line_far_below_is_no_head() -> None:
    assert printed("Một dòng.\n" * 50 + "Số: 5/QĐ-X") == frozenset()
    assert printed("KT. GIÁM ĐỐC\n" + "Một dòng.\n" * 70) == frozenset()


def test_doubtful_and_printed_fields_must_be_looked_at(site: Context, clerk: Actor) -> None:
    number = upload(clerk, decision())
    work(site)
    with db.write() as session:
        document = session.merge(load(number))
        for fact in document.facts:
            if fact.field == "signer":
                fact.value, fact.sure = None, False
            if fact.field in ("type", "place"):
                fact.sure = False
    form = facts.form(clerk, number)
    assert must_look.fields(form) == {"type": must_look.DOUBTFUL, "signer": must_look.PRINTED, "place": must_look.DOUBTFUL}
    assert must_look.not_looked_at(form, ["type"], {"place": "Nơi khác"}) == ("signer",)
    facts.save(clerk, number, {"type": "Quyết định"}, revision=form.document.revision, confirm=True, publish=False)
    assert "type" not in must_look.fields(facts.form(clerk, number))


def test_the_queue_has_places_and_neighbours(site: Context, clerk: Actor) -> None:
    papers = [upload(clerk, decision(number=str(n)), f"{n}.docx") for n in (1, 2, 3)]
    work(site)
    places = [queue.place(clerk, load(paper)) for paper in papers]
    assert [(one.number, one.total) for one in places] == [(1, 3), (2, 3), (3, 3)]
    assert [(one.previous_id, one.later_id) for one in places] == [(None, papers[1]), (papers[0], papers[2]), (papers[1], None)]
    assert [queue.following(clerk, paper) for paper in papers] == [papers[1], papers[2], papers[0]]
    form = facts.form(clerk, papers[1])
    facts.save(clerk, papers[1], {}, revision=form.document.revision, confirm=True, publish=False)
    assert queue.place(clerk, load(papers[1])) == queue.QueuePlace(None, 2, papers[0], papers[2])
    assert queue.following(clerk, papers[1]) == papers[2] and queue.following(clerk, 999_999) == papers[0]
