"""Queries typed with some of their diacritics find the same as with all of them."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer import Index, Request
from indexer.analysis.diacritics import restore
from indexer.match import postings
from indexer.match.postings import segment_postings
from indexer.match.terms import pair_terms, word_terms
from indexer.search.diagnosis import diagnose
from indexer.search.explain import explain
from indexer.types import Tier
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found, marked

_RULE = (
    "Thời hạn giải quyết thủ tục hành chính về hợp đồng lao động của viên chức do ủy ban nhân dân quy định."
)
# Addresses and file names contain words without diacritics next to each other.
_ADDRESS = "Xem tại vanban/lao-dong-tien-luong, mau-thu-tuc-hanh-chinh hoặc hop-dong-lao-dong."


@pytest.fixture
def office(store: Index) -> Index:
    """Twelve rules, and one document that contains the same words inside an address."""
    rules = [entry(number, _RULE, doc_title=f"Quy định {number}") for number in range(1, 13)]
    return fill(store, [*rules, entry(20, _ADDRESS, doc_title="Thư mục")])


@pytest.mark.parametrize(
    "typed",
    [
        "hợp đồng lao dong", "thủ tuc hanh chinh", "thủ tục hanh chinh", "thu tuc hành chính", "ủy ban nhan dan",
        "giải quyet thu tuc hanh chinh", "hợp dong lao dong viên chuc",
    ],
)  # fmt: skip
def test_an_address_does_not_hide_the_rules(office: Index, typed: str) -> None:
    answer = ask(office, typed, limit=20)
    assert set(range(1, 13)) <= set(found(answer))
    assert not answer.missing_words


def test_what_stands_as_typed_about_as_often_is_meant_so(store: Index) -> None:
    papers = [entry(number, "Chi hỗ trợ ban hội đồng") for number in (1, 2)]
    fill(store, [*papers, entry(3, "Chi hỗ trợ bàn hội đồng")])
    assert set(found(ask(store, "hỗ trợ ban hội"))) == {1, 2}


def test_a_word_is_judged_beside_its_neighbours(office: Index) -> None:
    fill(office, [entry(30, "Bệnh viện dong kinh.", doc_title="Khám bệnh"), entry(31, "Cơn đồng kinh.")])
    assert found(ask(office, "bệnh viện dong kinh"))[0] == 30
    assert set(range(1, 13)) <= set(found(ask(office, "hợp đồng lao dong", limit=20)))


def test_the_likely_spelling_is_marked(store: Index) -> None:
    fill(
        store,
        [entry(1, "Người đứng đầu nêu nội dung, chủ trì việc tuyển dụng viên chức."), entry(2, "Đứng đầu.")],
    )
    assert marked(ask(store, "tuyen dung vien chuc").hits[0].provisions[0].snippet) == [
        "tuyển dụng viên chức"
    ]
    # Where a text has only another spelling, this is why it was found, so it is highlighted.
    assert marked(ask(store, "dung").hits[-1].provisions[0].snippet)


@pytest.mark.parametrize(
    "typed",
    [
        # Without the tones, and with đ alone.
        "hơp đông lao đông", "hop đong lao đong", "thu tuc hanh chinh cua viên chưc", "quy đinh hơp đông lao động",
    ],
)  # fmt: skip
def test_hats_and_horns_without_tones_are_no_full_marks(office: Index, typed: str) -> None:
    fill(office, [entry(40, "hơp, đông, lao, đông, hop, đong, chưc, đinh", doc_title="Lỗi gõ")])
    answer = ask(office, typed, limit=20)
    assert set(range(1, 13)) <= set(found(answer))
    assert not answer.missing_words and answer.suggestion is None


def test_what_can_be_no_syllable_is_answered_by_any_spelling(office: Index) -> None:
    fill(office, [entry(40, "hơp, đieu", doc_title="Lỗi gõ")])
    assert ask(office, "hơp").total == 14 and ask(office, "hợp").total == 12


def test_a_level_tone_is_meant_where_others_are_typed(store: Index) -> None:
    fill(store, [entry(1, "Mấy lâu nay."), *(entry(number, "Mấy lậu nay.") for number in range(2, 40))])
    assert found(ask(store, "mấy lâu nay")) == [1]
    assert ask(store, "mây lâu nay").total == 39


def test_marks_that_were_left_out_are_put_back_among_words_with_those_typed(store: Index) -> None:
    fill(store, [entry(1, "Đánh giá viên chức."), entry(2, "Danh giá viên chức.")])
    assert restore(("đan", "chu"), (True, True)).words[0].startswith("đ")
    assert marked(ask(store, "đanh gia vien chuc").hits[0].provisions[0].snippet) == ["Đánh giá viên chức"]


def test_a_name_without_marks_is_found_where_its_syllables_stand_side_by_side(store: Index) -> None:
    """The syllables are frequent in other spellings, and law texts do not show which words are meant."""
    others = [
        entry(number, "Diễn biến của dịch phù hợp dự báo; biện pháp phù hợp.") for number in range(2, 130)
    ]
    visit = (
        "Đoàn công tác làm việc tại phường Điện Biên Phủ. " + "Các đơn vị chuẩn bị báo cáo và tài liệu. " * 60
    )
    fill(store, [entry(1, visit, anchor="muc-I"), *others])
    assert found(ask(store, "dien bien phu"))[0] == 1
    explained = explain(store, Request("dien bien phu"), EVERYTHING, 1, "muc-I")
    assert explained and (explained.place, explained.tier) == (1, Tier.SIDE_BY_SIDE)
    assert diagnose(store, Request("dien bien phu"), EVERYTHING, 1).whole


def test_a_word_with_its_tone_that_no_text_has_is_missing_and_not_another_word(store: Index) -> None:
    fill(
        store,
        [
            entry(1, "Cơ quan ở trung ương quản lý nước trong tình huống đó."),
            entry(2, "Thay đổi hợp đồng, nộp bảo hiểm, giá."),
        ],
    )
    for typed, documents, missing in (
        ("uống", [], ("uống",)),
        ("uống rượu", [], ("uống", "rượu")),
        ("uống nước", [1], ("uống",)),
        ("cấm uống rượu", [], ("cấm", "uống", "rượu")),
        ("rượu bia", [], ("rượu", "bia")),
        ("ruou bia", [], ("ruou", "bia")),
        # Mistakes: law texts do not have the word, or have another one far more often next to its neighbour.
        ("bảo hiễm", [2], ()),
        ("thầy đổi", [2], ()),
    ):
        answer = ask(store, typed)
        assert (found(answer), answer.missing_words, answer.suggestion) == (documents, missing, None), typed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@example([["dân", "dan"] * 200])
@given(
    st.lists(
        st.lists(st.sampled_from("dân dan dần dẫn chủ chu chú cơ có".split()), min_size=1, max_size=300),
        min_size=1,
        max_size=9,
    )
)
def test_postings_of_several_spellings_are_the_same_sorted_or_counted(
    tmp_path_factory, texts: list[list[str]]
) -> None:
    """Few postings are sorted, and many are counted by entry. Weights above 255 are stored as 255."""
    store = Index(tmp_path_factory.mktemp("index")).create()
    fill(store, [entry(number, " ".join(words)) for number, words in enumerate(texts, 1)])
    (segment,) = store.snapshot().segments
    dan, chu = (word_terms(segment.held, word, True) for word in ("dan", "chu"))
    for terms in (dan, chu, pair_terms(segment.held, dan, chu) if dan and chu else ()):
        if len(terms) > 1:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(postings, "_BLANK", 0)
                patch.setattr(segment, "cached", lambda _key, make: make())
                looked = segment_postings(segment, terms)
                patch.setattr(postings, "_BLANK", 1 << 40)
                counted = segment_postings(segment, terms)
            for one, other in zip(looked, counted, strict=True):
                assert one.dtype == other.dtype and one.tolist() == other.tolist()
