"""A word that occurs in texts, but hardly ever next to its neighbours: the intended word is suggested, and the
results stay.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indexer import Access, Entry, Index, Request, fold, search
from indexer.evaluate.corpus import documents_of
from indexer.search.diagnosis import diagnose
from tests.indexer.regulations import EVERYTHING, ask, entry, fill

RIGHT = (
    "Lưu trữ hồ sơ, tài liệu. Bảo hiểm xã hội. Sửa đổi, bổ sung nghị quyết. Người lao động khiếu nại. Hội đồng nhân dân. "
    "Thẩm quyền xử phạt. Nghỉ phép. Giáo viên. Trách nhiệm xử lý vi phạm."
)
# Each wrong word occurs here, so none of them is missing from the index.
WRONG = (
    "Lưu trử, mưa bão, bão hiểm, sữa bột, sữa đổi, quyêt, đong, suy nghĩ, viếng, dâng, quyên góp, gửi lại, hách dịch. "
    "Su hào, lai tạo. Công tác lưu trử. Chách."
)
SLIPS = ("cai nghiệm", "nội dùng", "tiền hành", "Chỉnh Phủ", "quyết dịnh")
PUBLIC, HIDDEN = 1, 2


def texts(right: int, wrong: int = 1, access: int = PUBLIC, first: int = 1) -> list[Entry]:
    """Documents with the right words, and some with mistakes."""
    held = [RIGHT] * right + [WRONG] * wrong
    return [entry(first + number, text, access=access) for number, text in enumerate(held)]


@pytest.fixture
def office(store: Index) -> Index:
    """Many documents with the right words, one with mistakes, and one of another type."""
    return fill(store, [*texts(40), entry(99, RIGHT, doc_type="Kế")])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lưu trử", "lưu trữ"),
        ("lưu trử hồ sơ", "lưu trữ hồ sơ"),
        ("bão hiểm xã hội", "bảo hiểm xã hội"),
        ("sữa đổi", "sửa đổi"),
        ("nghĩ phép", "nghỉ phép"),
        ("giáo viêng", "giáo viên"),
        ("hội đồng nhân dâng", "hội đồng nhân dân"),
        ("thẩm quyên xử phạt", "thẩm quyền xử phạt"),
        ("khiếu lại", "khiếu nại"),
        ("chách nhiệm", "trách nhiệm"),
        ("sữa đổi, bão hiểm", "sửa đổi, bảo hiểm"),
        ("khieu lai", "khieu nai"),
        ("su ly vi pham", "xu ly vi pham"),
    ],
)
def test_what_was_meant_is_suggested(office: Index, typed: str, meant: str) -> None:
    assert ask(office, typed).suggestion == meant


@pytest.mark.parametrize(("typed", "meant"), [("nghị quyêt", "nghị quyết"), ("lao đong", "lao động")])
def test_what_lacks_a_tone_is_answered_as_meant(office: Index, typed: str, meant: str) -> None:
    answer = ask(office, typed)
    assert answer.suggestion is None and answer.total >= ask(office, meant).total > 1


def test_beside_a_word_without_its_marks_nothing_is_a_slip(store: Index) -> None:
    # File names contain "dao tao", also in the texts of the base model.
    files = [entry(number, "tep/dao-tao, đào tạo") for number in range(2, 60)]
    fill(store, [entry(1, "Thanh đao, tao nhã, nghề."), *files])
    answer = ask(store, "đao tao nghề")
    assert diagnose(store, Request("đao tao nghề"), EVERYTHING, 1).folded["tao"] and answer.suggestion is None


def test_the_answers_stay(office: Index) -> None:
    answer = ask(office, "lưu trử")
    assert answer.total == 1 and answer.missing_words == ()


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ('"lưu trử"', None),
        ('nghị quyết "bão hiểm" xã hội', None),
        ('"sữa đổi" sữa đổi', '"sữa đổi" sửa đổi'),
        ("-trử lưu hồ sơ", None),
        ("loại:kế loại:sữa sữa đổi", "loại:kế loại:sữa sửa đổi"),
        ("loại:luật sữa đổi", None),
        ("bão hiểm -sữa", "bảo hiểm -sữa"),
    ],
)
def test_what_is_kept_as_typed_stays(office: Index, typed: str, suggested: str | None) -> None:
    assert ask(office, typed).suggestion == suggested


@pytest.mark.parametrize(
    "typed",
    ["lưu trữ hồ sơ", "mưa bão", "sữa bột", "suy nghĩ", "quyên góp", "gửi lại", "bảo hiểm xã hội", "luu tru", "giáo viên mấy",
     "bão", "sữa 2020", "kiễm tra"],
)  # fmt: skip
def test_a_right_question_gets_none(office: Index, typed: str) -> None:
    assert ask(office, typed).suggestion is None


@pytest.mark.parametrize("typed", ["ngh**m", "ngh~~m", "ngh?m,m", "*ngh*m", "ngh^m"])
def test_words_with_signs_get_none(store: Index, typed: str) -> None:
    fill(store, [entry(number, "nghi m") for number in range(1, 5)])
    assert ask(store, "ngh m").suggestion == "nghi m" and ask(store, "ngh?").query.text == "nghi?"
    assert ask(store, "ngh^2 m").suggestion == "nghi^2 m"
    assert ask(store, typed).suggestion is None


def test_a_pair_of_public_texts_is_right_as_typed(store: Index) -> None:
    fill(store, texts(40, wrong=10))
    assert ask(store, "công tác lưu trử").suggestion is None


def test_what_is_suggested_stands_in_some_tens_of_texts(store: Index) -> None:
    fill(store, texts(10))
    assert ask(store, "lưu trử").suggestion is None


@pytest.mark.parametrize("typed", ["lưu trử", "bão hiểm xã hội", "khieu lai"])
def test_hidden_documents_neither_make_nor_prevent_a_suggestion(store: Index, typed: str) -> None:
    own = Access(frozenset({PUBLIC}), public=frozenset({PUBLIC}))
    fill(store, [*texts(2), *texts(60, access=HIDDEN, first=100)])
    assert search(store, Request(typed), own).suggestion is None
    fill(store, [*texts(60, first=300), *texts(0, 60, HIDDEN, first=500)])
    assert search(store, Request(typed), own).suggestion is not None


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, list[str]]:
    """Real law texts and real questions about them."""
    folder = Path(__file__).resolve().parents[3] / "../shared/data/retrieval/alqac25"
    if not folder.exists():
        pytest.skip("the real law texts are not beside this checkout")
    entries = [one for held in documents_of(folder / "corpus.jsonl.gz").values() for one in held]
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    store = Index(tmp_path_factory.mktemp("laws") / "index").create()
    return fill(store, entries), [json.loads(line)["text"] for line in lines]


@pytest.mark.parametrize("marked", [True, False])
def test_real_questions_hardly_get_a_suggestion(laws: tuple[Index, list[str]], marked: bool) -> None:
    store, questions = laws
    asked = [text if marked else fold(text) for text in questions]
    answers = [(text, ask(store, text, limit=1)) for text in asked]
    told = [(text, one.suggestion) for text, one in answers if one.suggestion and not one.missing_words]
    assert len(told) <= 0.015 * len(questions), told
    # The real queries contain mistakes of their own, which cause most of these suggestions.
    wrong = [both for both in told if not any(slip in both[0] for slip in SLIPS)]
    assert len(wrong) <= 0.005 * len(questions), wrong


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ('"hội đồnng" giáo viên', '"hội đồng" giáo viên'),
        ('"mưa đồnng" giáo viên', None),
        ('"sửa đồnng"', None),
        ('giáo viêng "hội đồng"', 'giáo viên "hội đồng"'),
    ],
)
def test_a_phrase_that_stands_nowhere_is_not_proposed(office: Index, typed: str, suggested: str | None) -> None:
    assert ask(office, typed).suggestion == suggested


OWN = Access(frozenset({PUBLIC}), public=frozenset({PUBLIC}))


@pytest.mark.parametrize(
    ("typed", "more", "suggested"),
    [
        ("loại:kế giáo viêng", {}, "loại:kế giáo viên"),
        ("loại:luật giáo viêng", {}, None),
        ("loại:abc giáo viêng", {}, None),
        ("năm:2020 giáo viêng", {}, None),
        ("giáo viêng", {"filters": {"type": ("Kế",)}}, "giáo viên"),
        ("giáo viêng", {"filters": {"type": ("Luật",)}}, None),
        ("giáo viêng", {"folder_tree": frozenset({5})}, None),
        ("giáo viêng", {"document": 99}, "giáo viên"),
    ],
)
def test_a_suggestion_finds_something_that_may_be_read(
    office: Index, typed: str, more: dict[str, Any], suggested: str | None
) -> None:
    hidden = [
        entry(200, RIGHT, doc_type="Luật", issued_on=date(2020, 1, 1), folder=5, access=HIDDEN),
        entry(201, RIGHT, doc_type="Luật", access=HIDDEN),
    ]
    for held in ([], hidden):
        fill(office, held)
        assert search(office, Request(typed, **more), OWN).suggestion == suggested


def test_an_unknown_abbreviation_is_no_slip_of_another(store: Index) -> None:
    fill(store, [entry(number, "Luật tđt, gdđt. Giáo viên trong trường.") for number in range(1, 40)])
    assert ask(store, "luật tđkt").suggestion is None
    assert ask(store, "giáo viên gdđtx").suggestion is None
    # A missing vowel is a mistake.
    assert ask(store, "giáo viên trng trường").query.text == "giáo viên trong trường"
