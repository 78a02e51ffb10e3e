"""Why a document is not found: each cause is named, and nobody learns of a document that they may not read."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Document
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.documents import lifecycle, progress
from docmgr.services.errors import NotFound
from docmgr.services.search import abbreviations, why_missing
from docmgr.services.search.request import SearchRequest
from tests.filling.papers import decision, scan
from tests.filling.recognition import blank
from tests.support.acting import actor_of, upload, work

BODY = (
    "Điều 1. Phạm vi", "Quy định về kiểm tra hồ sơ.",
    "Điều 2. Hội nghị", "Hội nghị viên chức mỗi năm một lần, có thanh tra nhân dân.",
)  # fmt: skip


@pytest.fixture
def clerk(site, people):
    return actor_of(people["clerk"])


@pytest.fixture
def paper(site, clerk) -> int:
    document_id = upload(clerk, decision(body=BODY, subject="Về việc họp"), publish=True)
    work(site)
    return document_id


def codes(answer) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_a_document_that_is_found_has_its_place(site, clerk, paper) -> None:
    other = upload(
        clerk, decision(number="40", subject="Hội nghị viên chức", body=BODY), "b.docx", publish=True
    )
    work(site)
    places = {why_missing.why(clerk, SearchRequest(query="hội nghị viên chức"), one).place for one in (paper, other)}
    assert places == {1, 2}


def test_words_that_are_nowhere_and_words_that_are_elsewhere(site, clerk, paper) -> None:
    body = ("Điều 1. Việc khác", "Hội nghị kiểm tra zzqx.")
    upload(clerk, decision(number="40", subject="Khác", body=body), "b.docx", publish=True)
    work(site)
    answer = why_missing.why(clerk, SearchRequest(query="hội nghị tra zzqx"), paper)
    assert [(reason.code, reason.about) for reason in answer.reasons] == [
        ("lacking", "zzqx"),
        ("others_have_all", ""),
    ]
    assert answer.closest is not None
    assert (answer.closest.anchor, answer.closest.has, answer.closest.lacks) == (
        "dieu-2",
        ("hội", "nghị", "tra"),
        ("zzqx",),
    )


def test_others_that_answer_a_long_question_much_better(site, clerk, paper) -> None:
    body = ("Điều 1. Giấy phép", "Trình tự cấp giấy phép xây dựng nhà ở riêng lẻ tại đô thị.")
    upload(clerk, decision(number="40", subject="Giấy phép xây dựng", body=body), "b.docx", publish=True)
    work(site)
    answer = why_missing.why(clerk, SearchRequest(query="quy trình cấp giấy phép xây dựng nhà ở"), paper)
    assert codes(answer)[-1] == "too_weak" and "should_match" not in codes(answer)
    assert answer.closest is not None and "giấy" in answer.closest.lacks


def test_a_word_counts_as_the_index_takes_it(site, clerk, paper) -> None:
    """Next to words with diacritics, a word without any matches only itself if some text spells it so ("chi", not
    "chỉ"), and every word with these letters if none does ("nghi" for "nghị")."""
    one = upload(
        clerk, decision(number="41", subject="Khác", body=("Điều 1. A", "Hội nghị chỉ có một khoản.")), "c.docx"
    )
    body = ("Điều 1. Việc khác", "Mỗi khoản chi cho hội nghị có chứng từ.")
    upload(clerk, decision(number="40", subject="Khác", body=body), "b.docx", publish=True)
    work(site)
    answer = why_missing.why(clerk, SearchRequest(query="khoản chi hội nghi"), one)
    assert [(reason.code, reason.about) for reason in answer.reasons] == [
        ("lacking", "chi"),
        ("others_have_all", ""),
    ]
    assert answer.closest is not None and answer.closest.lacks == ("chi",)
    assert why_missing.why(clerk, SearchRequest(query="khoan chi hoi nghi"), one).found


def test_an_abbreviation_that_lacks_names_what_would_do(site, clerk, paper) -> None:
    answer = why_missing.why(clerk, SearchRequest(query="TTHC"), paper)
    assert [(reason.code, reason.about, reason.instead) for reason in answer.reasons] == [
        ("lacking_names", "TTHC", ("thủ tục hành chính",))
    ]


def test_a_phrase_that_does_not_stand_so(clerk, paper) -> None:
    answer = why_missing.why(clerk, SearchRequest(query='"viên chức hội nghị"'), paper)
    assert not answer.found
    assert [(reason.code, reason.about) for reason in answer.reasons] == [("unmet", '"viên chức hội nghị"')]
    assert answer.closest is not None and answer.closest.label == "Điều 2" and answer.closest.lacks == ()


@pytest.mark.parametrize("asked", ['"viên zzqx"~3', "zz*qx", "zz?qx*", "zzqxy~2", '"hội nghị zzqx"~9 kiểm'])
def test_patterns_similar_words_and_words_near_each_other_are_named(clerk, paper, asked: str) -> None:
    answer = why_missing.why(clerk, SearchRequest(query=asked), paper)
    assert not answer.found
    assert ("unmet", asked.removesuffix(" kiểm")) in [(reason.code, reason.about) for reason in answer.reasons]


def test_phrases_that_stand_in_different_provisions(clerk, paper) -> None:
    asked = '"kiểm tra hồ sơ" "mỗi năm một lần" "thanh tra nhân dân"'
    answer = why_missing.why(clerk, SearchRequest(query=asked), paper)
    assert [(reason.code, reason.about) for reason in answer.reasons] == [
        ("apart", '"kiểm tra hồ sơ", "mỗi năm một lần", "thanh tra nhân dân"')
    ]
    answer = why_missing.why(clerk, SearchRequest(query=f'{asked} "zzqx a"'), paper)
    assert codes(answer) == ["unmet", "apart", "lacking"] and answer.reasons[0].about == '"zzqx a"'
    # Words that occur together in one provision are not the cause.
    answer = why_missing.why(clerk, SearchRequest(query='"mỗi năm một lần" "zzqx a"'), paper)
    assert codes(answer) == ["unmet", "lacking"]


def test_what_is_excluded_where_the_words_are(clerk, paper) -> None:
    answer = why_missing.why(clerk, SearchRequest(query="viên chức -thanh"), paper)
    assert not answer.found
    assert [(reason.code, reason.about) for reason in answer.reasons] == [("excluded", "thanh")]


@pytest.mark.parametrize("typed", ["TTHC", "BHXH"])
def test_a_document_without_the_words_is_not_said_to_have_a_part(site, clerk, paper, typed: str) -> None:
    body = ("Điều 1. Việc", "Thủ tục hành chính, bảo hiểm xã hội; TTHC, BHXH.")
    upload(clerk, decision(number="40", subject="Khác", body=body), "b.docx", publish=True)
    work(site)
    answer = why_missing.why(clerk, SearchRequest(query=typed), paper)
    assert codes(answer) == ["lacking_names"] and answer.closest is None


def test_a_numeral_is_an_id_and_a_number(site, clerk, paper) -> None:
    other = upload(clerk, decision(number=str(paper)), "b.docx", publish=True)
    work(site)

    def meant(typed: str) -> list[int]:
        return [found.id for found in why_missing.candidates(clerk, typed)]

    assert meant(str(paper)) == [other, paper] and meant(f" {other} ") == [other]
    assert meant(f"#{paper}") == [paper] and meant("#999999") == []


def test_what_may_be_a_number_and_is_none_means_a_title(site, clerk, paper) -> None:
    other = upload(clerk, decision(number="41", subject="Hạch toán TK 331, vitamin B12"), "b.docx", publish=True)
    work(site)
    for typed in ("tk 331", "vitamin b12"):
        assert [found.id for found in why_missing.candidates(clerk, typed)] == [other]
    assert why_missing.candidates(clerk, "999/2020/NĐ-CP") == []


@pytest.mark.parametrize("typed", [")", '-""', "năm:", "từ:31/02/2024"])
def test_a_question_that_asks_nothing_has_no_words_to_be_there(clerk, paper, typed: str) -> None:
    assert codes(why_missing.why(clerk, SearchRequest(query=typed), paper)) == ["nothing_asked"]


def test_a_word_that_must_not_be_there(clerk, paper) -> None:
    answer = why_missing.why(clerk, SearchRequest(query='"năm một lần" -thanh'), paper)
    assert not answer.found
    assert [(reason.code, reason.about) for reason in answer.reasons] == [("excluded", "thanh")]


def test_the_filter_that_it_does_not_pass_is_named(clerk, paper) -> None:
    asked = SearchRequest(
        query="hội nghị", filters={"type": ("Luật",), "year": ("2024",), "status": ("het_hieu_luc",)}
    )
    answer = why_missing.why(clerk, asked, paper)
    conditions = [reason.condition.line for reason in answer.reasons if reason.condition]
    assert conditions == ["Loại văn bản: Luật", "Hiệu lực: Hết hiệu lực"]
    assert codes(answer) == ["filtered", "filtered"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("từ:2090", "từ:01/01/2090"),
        ("đến:1950", "đến:31/12/1950"),
        ("số:999", 'số:"999"'),
        ('số:"nghị định 999/2020"', 'số:"999/2020/ND"'),
        ("hiệu lực:01/01/1950", "hiệu lực:01/01/1950"),
        ("năm:1950-1951", "năm:1950 năm:1951"),
        ("cơ quan:UBTVQH", 'cơ quan:"UBTVQH"'),
    ],
)
def test_the_typed_condition_that_it_does_not_pass_is_named(clerk, paper, typed: str, said: str) -> None:
    answer = why_missing.why(clerk, SearchRequest(query=f"hội nghị {typed}"), paper)
    assert [(reason.code, reason.about) for reason in answer.reasons] == [("filtered", said)]


def test_a_typed_condition_that_it_passes_is_none_of_the_reasons(clerk, paper) -> None:
    with db.read() as session:
        document = session.get_one(Document, paper)
        issued, number = document.issued_on, document.number
    typed = f"năm:{issued.year - 1}-{issued.year} từ:{issued.year} đến:{issued.year} số:{number}"
    assert why_missing.why(clerk, SearchRequest(query=f"hội nghị {typed}"), paper).found
    answer = why_missing.why(clerk, SearchRequest(query=f"hội nghị zzqx loại:luật {typed}"), paper)
    assert [(reason.code, reason.about) for reason in answer.reasons] == [
        ("filtered", 'loại:"luật"'),
        ("lacking", "zzqx"),
    ]


def test_an_abbreviation_of_the_site_is_no_word_that_lacks(site, clerk, paper) -> None:
    abbreviations.create(COMMAND_LINE, short="HNVC", names="hội nghị viên chức")
    answer = why_missing.why(clerk, SearchRequest(query="HNVC loại:luật"), paper)
    assert [(reason.code, reason.about) for reason in answer.reasons] == [("filtered", 'loại:"luật"')]


@pytest.mark.parametrize(
    "asked",
    [SearchRequest(query="năm:2024 hội nghị"), SearchRequest(query="hội nghị từ:2020"), SearchRequest(query="hội nghị", filters={"year": ("2024",)}),
     SearchRequest(query="hội nghị", until=dt.date(2026, 1, 1))],
)  # fmt: skip
def test_that_a_document_has_no_day_of_issue_is_told_before_the_filter(site, clerk, asked: SearchRequest) -> None:
    undated = upload(clerk, decision(number="42", body=BODY, day="…"), "u.docx", publish=True)
    work(site)
    assert codes(why_missing.why(clerk, asked, undated)) == ["undated", "filtered"]


def test_the_year_of_the_number_is_no_missing_day(site, clerk) -> None:
    undated = upload(clerk, decision(number="42/2024", body=BODY, day="…"), "u.docx", publish=True)
    work(site)
    assert why_missing.why(clerk, SearchRequest(query="năm:2024 hội nghị"), undated).found
    assert codes(why_missing.why(clerk, SearchRequest(query="năm:2024 loại:luật hội nghị"), undated)) == ["filtered"]
    assert codes(why_missing.why(clerk, SearchRequest(query="năm:2020 hội nghị"), undated)) == ["filtered"]


def test_the_day_counts_for_the_status(clerk, paper) -> None:
    early = SearchRequest(query="hội nghị", filters={"status": ("con_hieu_luc",)}, at=dt.date(2020, 1, 1))
    assert codes(why_missing.why(clerk, early, paper)) == ["filtered"]


def test_a_day_of_force_is_a_filter_of_its_own(clerk, paper) -> None:
    early = dt.date(2020, 1, 1)
    answer = why_missing.why(clerk, SearchRequest(query="hội nghị từ:2019", at=early), paper)
    assert [(reason.code, reason.condition and reason.condition.line) for reason in answer.reasons] == [
        ("filtered", "Hiệu lực tại ngày: 01/01/2020")
    ]


def test_a_document_on_its_way(site, clerk, paper) -> None:
    late = upload(clerk, decision(number="41", body=BODY), "c.docx")
    answer = why_missing.why(clerk, SearchRequest(query="hội nghị"), late)
    # Its text is not known yet, so no word is reported as missing.
    assert codes(answer) == ["not_read"] and answer.closest is None
    work(site)
    assert why_missing.why(clerk, SearchRequest(query="hội nghị"), late).found


def test_a_scan_has_no_words(site, clerk, monkeypatch) -> None:
    blank(monkeypatch)
    sheet = upload(clerk, scan(), "quet.pdf")
    work(site)
    db.release()
    answer = why_missing.why(clerk, SearchRequest(query="hội nghị"), sheet)
    with db.read() as session:
        said = progress.reason(session.get_one(Document, sheet))
    assert [(reason.code, reason.about) for reason in answer.reasons] == [("no_text", said)]
    assert answer.closest is None


def test_what_others_see_is_for_those_who_answer_for_it(site, people, clerk, paper) -> None:
    staff, auditor = actor_of(people["staff"]), actor_of(people["auditor"])
    asked = SearchRequest(query="hội nghị")
    assert why_missing.why(clerk, asked, paper, staff.user_id).found
    lifecycle.set_workflow(clerk, paper, "withdrawn")
    for asker in (clerk, auditor):
        assert codes(why_missing.why(asker, asked, paper, staff.user_id)) == ["person_reads_not"]
    administrator = people["administrator"].id
    assert codes(why_missing.why(clerk, asked, paper, administrator)) == ["person_searches_nothing"]


def test_what_the_other_person_does_not_read_counts_for_nothing(site, people, clerk, paper) -> None:
    """A draft that contains all words displaces the document in the clerk's own results, but not in those of staff."""
    body = ("Điều 1. Việc khác", "Hội nghị zzqx.")
    upload(clerk, decision(number="40", subject="Khác", body=body), "b.docx")
    work(site)
    asked, staff = SearchRequest(query="hội nghị zzqx"), people["staff"].id
    assert codes(why_missing.why(clerk, asked, paper)) == ["lacking", "others_have_all"]
    assert why_missing.why(clerk, asked, paper, staff).found


def test_a_reader_may_not_ask_for_another(people, paper) -> None:
    staff, leader = actor_of(people["staff"]), actor_of(people["leader"])
    assert not why_missing.may_ask_for_others(staff, paper)
    with pytest.raises(NotFound):
        why_missing.why(staff, SearchRequest(query="hội nghị"), paper, leader.user_id)


def test_what_may_not_be_read_is_like_what_is_not_there(site, people, clerk) -> None:
    staff = actor_of(people["staff"])
    draft = upload(clerk, decision(number="42", subject="Dự thảo mật thám"), "d.docx")
    work(site)
    for typed in (str(draft), "42/QĐ-SGDĐT", "dự thảo mật thám", "999999", "43/QĐ-SGDĐT"):
        assert why_missing.candidates(staff, typed) == []
    with pytest.raises(NotFound):
        why_missing.why(staff, SearchRequest(query="dự thảo"), draft)
    with pytest.raises(NotFound):
        why_missing.why(staff, SearchRequest(query="dự thảo"), 999_999)
    for typed in (str(draft), "42", "42/QĐ-SGDĐT", "dự thảo mật thám"):
        assert [found.id for found in why_missing.candidates(clerk, typed)] == [draft]


def test_an_administrator_asks_nothing(people, paper) -> None:
    with pytest.raises(Denied):
        why_missing.candidates(actor_of(people["administrator"]), "12")
