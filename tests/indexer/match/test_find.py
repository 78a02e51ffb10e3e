"""Finding: numbers first, words with and without diacritics, phrases, exclusions, filters, sorting, paging."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Access, Index, Request, Results, search
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found


@pytest.mark.parametrize(
    "query",
    ["30/2020", "NĐ 30/2020", "nd30", "30/2020/NĐ-CP", "nghị định 30/2020", "Nghị định số 30/2020/NĐ-CP"],
)
def test_the_document_with_the_number_comes_first(regulations: Index, query: str) -> None:
    assert found(ask(regulations, query))[0] == 2


def test_who_cites_a_number_comes_after(regulations: Index) -> None:
    assert found(ask(regulations, "30/2020/NĐ-CP")) == [2, 3]


def test_number_in_careless_spelling(regulations: Index) -> None:
    assert found(ask(regulations, "25 kh ubnd"))[0] == 3
    assert found(ask(regulations, "5 qyd sgddt"))[0] == 1


def test_the_article_of_a_numbered_document(regulations: Index) -> None:
    hit = ask(regulations, "điều 6 nghị định 30/2020/NĐ-CP").hits[0]
    assert (hit.document, hit.provisions[0].anchor) == (2, "dieu-6")


@pytest.mark.parametrize(
    "query",
    ["số 151/2024/nđ-cp điều 3", "so 151/2024/nd-cp dieu 3", "Điều 3 Nghị định 151/2024/NĐ-CP",
     "151/2024/NĐ-CP khoản 2 Điều 3", "khoan 2 dieu 3 nghi dinh 151/2024/nd-cp", "nghị định 151 điều 3",
     "điều 3 khoản 1 của nđ 151/2024"],
)  # fmt: skip
def test_the_article_comes_before_the_annexes(store: Index, query: str) -> None:
    own: dict[str, Any] = {
        "number": "151/2024/NĐ-CP",
        "doc_type": "Nghị định",
        "doc_title": "Quy định chi tiết",
    }
    fill(
        store,
        [
            entry(1, "Văn bản có hiệu lực từ ngày ký.", anchor="dieu-2", label="Điều 2", **own),
            entry(
                1, "Trách nhiệm " + "của các cơ quan liên quan " * 30, anchor="dieu-3", label="Điều 3", **own
            ),
            entry(
                1,
                "Mẫu số 3, điều 3 nghị định số 151/2024/NĐ-CP",
                anchor="phu-luc-1.dieu-3",
                label="Điều 3",
                **own,
            ),
            entry(1, "Số 151/2024/NĐ-CP điều 3 khoản 2", anchor="phu-luc-2", label="Phụ lục II", **own),
            entry(2, "Căn cứ Điều 3 Nghị định số 151/2024/NĐ-CP.", anchor="dieu-3", label="Điều 3"),
        ],
    )
    hit = ask(store, query).hits[0]
    assert (hit.document, hit.provisions[0].anchor) == (1, "dieu-3")


def test_an_article_of_an_annex_where_there_is_no_other(store: Index) -> None:
    own: dict[str, Any] = {"number": "7/QĐ-SGDĐT", "doc_title": "Ban hành quy chế"}
    fill(store, [entry(1, "Quyết định số 7/QĐ-SGDĐT điều 9", anchor="dieu-1", label="Điều 1", **own),
                 entry(1, "Nội dung", anchor="kem-theo-1.dieu-9", label="Điều 9.", **own)])  # fmt: skip
    assert ask(store, "7/qđ-sgdđt điều 9").hits[0].provisions[0].anchor == "kem-theo-1.dieu-9"


@pytest.mark.parametrize(
    "query",
    [
        "30/2020",
        "nghị định 30/2020/NĐ-CP điều 5",
        "kế hoạch",
        "dân chủ",
        "văn bản",
        "kế hoạch lưu trữ văn bản",
    ],
)
def test_scores_fall_in_the_order_shown(regulations: Index, query: str) -> None:
    hits = ask(regulations, query).hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True) and len(hits) > 0
    for hit in hits:
        own = [provision.score for provision in hit.provisions]
        assert own == sorted(own, reverse=True) and hit.score == own[0]


def test_a_number_outscores_who_cites_it_often(store: Index) -> None:
    fill(store, [entry(1, "Không nhắc lại.", number="30/2020/NĐ-CP", issued_on=date(2020, 3, 5)),
                 entry(2, "30/2020/NĐ-CP " * 9, title="Thực hiện 30/2020/NĐ-CP")])  # fmt: skip
    first, second = ask(store, "30/2020").hits
    assert first.document == 1 and first.score > second.score > 0


@pytest.mark.parametrize("query", ['"30/2020/NĐ-CP"', "“30/2020/nđ-cp”", '"Nghị định số 30/2020/NĐ-CP"'])
def test_a_number_in_quotes_is_the_document(regulations: Index, query: str) -> None:
    assert found(ask(regulations, query)) == [2, 3]


def test_a_number_in_quotes_beside_words_is_what_the_text_says(regulations: Index) -> None:
    assert found(ask(regulations, '"30/2020/NĐ-CP" kế hoạch')) == [3]


def test_a_place_alone_is_that_place_in_the_document(store: Index) -> None:
    own = [entry(1, f"Theo điều 5, điều 5 và điều {n}.", anchor=f"dieu-{n}", label=f"Điều {n}", order=n) for n in range(1, 12)]
    fill(store, [*own, entry(2, "Việc khác.", anchor="dieu-5", label="Điều 5"), entry(3, "Điều 5 của luật")])
    for query in ("điều 5", "dieu 5", "Điều 5 khoản 2", "khoản 1 điều 5"):
        (hit,) = ask(store, query, document=1).hits
        assert hit.provisions[0].anchor == "dieu-5"
    assert [(hit.document, hit.provisions) for hit in ask(store, "điều 12", document=1).hits] == [(1, ())]
    assert found(ask(store, "điều 5"))[2:] == [3]


def test_words_with_and_without_diacritics(regulations: Index) -> None:
    assert found(ask(regulations, "hội nghị cán bộ")) == [1]
    assert found(ask(regulations, "hoi nghi can bo")) == [1]
    assert found(ask(regulations, "hội nghi cán bộ")) == [1]
    assert ask(regulations, "hội nghị cán bộ").hits[0].provisions[0].anchor == "dieu-1"


def test_both_tone_places_meet(regulations: Index) -> None:
    assert found(ask(regulations, "hòa giải")) == found(ask(regulations, "hoà giải")) == [4]
    assert found(ask(regulations, "ủy quyền")) == [4]


def test_marks_tell_words_apart(store: Index) -> None:
    fill(store, [entry(1, "ma túy"), entry(2, "mã số"), entry(3, "mạ vàng")])
    assert found(ask(store, "mã")) == [2]
    assert sorted(found(ask(store, "ma"))) == [1, 2, 3]


def test_short_questions_want_all_words(regulations: Index) -> None:
    assert found(ask(regulations, "kế hoạch lưu trữ")) == [2]
    assert set(found(ask(regulations, "giải khuyến zzz"))) == {4}


def test_all_words_rank_before_some(store: Index) -> None:
    fill(
        store,
        [entry(1, "thi thi thi đua thi đua", title="thi đua"), entry(2, "phong trào thi đua yêu nước " * 9)],
    )
    assert found(ask(store, "phong trào thi đua yêu nước"))[0] == 2


def test_phrase_is_strict(store: Index) -> None:
    fill(
        store,
        [
            entry(1, "công khai tài chính năm"),
            entry(2, "tài chính công khai"),
            entry(3, "khai tài, chính công"),
        ],
    )
    assert found(ask(store, '"công khai tài chính"')) == [1]
    assert found(ask(store, '"cong khai tai chinh"')) == [1]
    assert found(ask(store, '"tài chính"')) in (
        [1, 2, 3],
        [2, 1, 3],
        [3, 2, 1],
        [3, 1, 2],
        [1, 3, 2],
        [2, 3, 1],
    )
    assert ask(store, '"chính tài công"').total == 0


def test_phrase_needs_its_words_in_one_place(store: Index) -> None:
    fill(
        store,
        [entry(1, "dân chủ ở phường; chủ ở cơ quan; ở cơ sở", title="dân chủ"), entry(2, "dân chủ ở cơ sở")],
    )
    assert found(ask(store, '"dân chủ ở cơ sở"')) == [2]


def test_exclusion(store: Index) -> None:
    fill(
        store,
        [entry(1, "kế hoạch lưu trữ"), entry(2, "kế hoạch kiểm tra"), entry(3, "kế hoạch lưu tại trữ quán")],
    )
    assert found(ask(store, "kế hoạch -trữ")) == [2]
    assert sorted(found(ask(store, 'kế hoạch -"lưu trữ"'))) == [2, 3]
    assert sorted(found(ask(store, "-trữ"))) == [2]


def test_nonsense_finds_nothing(regulations: Index) -> None:
    for query in ('"', "???", "-", '""', "***", "((((", "\x00", "-" * 300, "\ud800"):
        answer = ask(regulations, query)
        assert isinstance(answer, Results)
        assert answer.total == 0, query


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=200))
def test_no_question_is_an_error(regulations: Index, query: str) -> None:
    answer = ask(regulations, query)
    assert len(answer.hits) <= 20 and answer.total >= len(answer.hits)


def test_missing_words_and_suggestion(regulations: Index) -> None:
    answer = ask(regulations, "hội nghì cán bộ")
    assert answer.missing_words == () and found(answer)[0] == 1  # "nghị" matches without its diacritics
    answer = ask(regulations, '"hoi nghix" can bo')
    assert answer.missing_words == ("nghix",)
    assert answer.suggestion == '"hoi nghi" can bo'
    assert ask(regulations, "hội nghị").suggestion is None


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ('-"lưu trữ" "hội nghị" kế haọch', '-"lưu trữ" "hội nghị" kế hoạch'),
        ("Kế hoahc công tác", "Kế hoạch công tác"),
        ("loại:kế hoạch năm:2024 kế hoahc", "loại:kế hoạch năm:2024 kế hoạch"),
        ("cơ quan:hoahc kế hoahc -hoahc", "cơ quan:hoahc kế hoạch -hoahc"),
        ("hoi nghix 2099", "hoi nghi 2099"),
        ("(Hoi OR nghix) 2023", "(Hoi OR nghi) 2023"),
        ("nghị zq", None),
        ("hội nghị", None),
    ],
)
def test_a_correction_changes_only_the_misspelt_words(
    regulations: Index, typed: str, suggested: str | None
) -> None:
    fill(regulations, [entry(9, "Kế hoạch.", issuer="Hoahc")])
    answer = ask(regulations, typed)
    assert (answer.query.typed.text if answer.query.typed else answer.suggestion) == suggested


@pytest.mark.parametrize("query", ["25 kh ubnd", "nd30"])
def test_the_words_of_a_number_are_not_missing(regulations: Index, query: str) -> None:
    answer = ask(regulations, query)
    assert answer.hits and answer.missing_words == ()


@pytest.mark.parametrize(
    ("typed", "documents"),
    [
        ("cơ quan:UBND", [3]),
        ('cơ quan:"UBND tỉnh"', [3]),
        ("cơ quan:CP", [2]),
        ("cơ quan:SGDĐT", [1]),
        ('co quan:"so gddt"', [1]),
        ("cơ quan:chính phủ văn bản", [2]),
        ("cơ quan: Sở Giáo dục và Đào tạo hội nghị", [1]),
        ("cơ quan:UBND cơ quan:CP", [3, 2]),
        ("cơ quan:BTC", []),
    ],
)
def test_an_issuer_by_its_symbol_and_by_several_words(
    regulations: Index, typed: str, documents: list[int]
) -> None:
    assert found(ask(regulations, typed)) == documents


def test_browse_by_filters_is_newest_first(regulations: Index) -> None:
    assert found(ask(regulations, "")) == [3, 1, 2, 4]
    answer = ask(regulations, "  ", filters={"type": ("Nghị định", "Luật")})
    assert found(answer) == [2, 4] and answer.hits[0].provisions == ()


def test_facets_count_documents_and_ignore_their_own_filter(regulations: Index) -> None:
    answer = ask(regulations, "kế hoạch", filters={"type": ("Nghị định",)}, at=date(2024, 6, 1))
    assert found(answer) == [2]
    counted = {
        name: [(value.value, value.count) for value in values] for name, values in answer.facets.items()
    }
    assert counted["type"] == [("Kế hoạch", 1), ("Nghị định", 1), ("Quy chế", 1)]
    assert counted["year"] == [("2020", 1)]
    assert counted["folder"] == [("7", 1)]
    assert answer.facets["folder"][0].label == "Văn bản trung ương"


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (date(2024, 2, 1), "chua_hieu_luc"),
        (date(2024, 2, 2), "con_hieu_luc"),
        (date(2024, 12, 31), "con_hieu_luc"),
        (date(2025, 1, 1), "het_hieu_luc"),
    ],
)
def test_status_is_judged_at_a_day(regulations: Index, at: date, status: str) -> None:
    assert 3 in found(ask(regulations, "kế hoạch", at=at, filters={"status": (status,)}))
    assert found(ask(regulations, "hòa giải", at=at, filters={"status": ("khong_ro",)})) == [4]


def test_unknown_filters_match_nothing(regulations: Index) -> None:
    assert ask(regulations, "kế hoạch", filters={"colour": ("red",)}).total == 0
    assert ask(regulations, "kế hoạch", filters={"year": ("abc",)}).total == 0


def test_sort_by_date_and_paging(regulations: Index) -> None:
    assert found(ask(regulations, "kế hoạch", sort="date")) == [3, 1, 2]
    pages = [found(ask(regulations, "kế hoạch", sort="date", offset=place, limit=1)) for place in range(4)]
    assert pages == [[3], [1], [2], []]
    assert ask(regulations, "kế hoạch", offset=10).total == 3


def test_provisions_are_grouped(regulations: Index) -> None:
    hit = ask(regulations, "dân chủ", provisions_per_document=1).hits
    by_document = {one.document: one for one in hit}
    assert len(by_document[1].provisions) == 1 and by_document[1].more == 1


def test_within_one_document(regulations: Index) -> None:
    assert found(ask(regulations, "kế hoạch", document=1)) == [1]


def test_time_limit_answers_with_what_it_has(regulations: Index) -> None:
    answer = ask(regulations, "hội nghị cán bộ", time_limit_seconds=0.0)
    assert answer.truncated


def test_access_is_required(regulations: Index) -> None:
    with pytest.raises(TypeError):
        search(regulations, Request("kế hoạch"))  # type: ignore[call-arg]
    assert search(regulations, Request("kế hoạch"), EVERYTHING).total == 3
    assert search(regulations, Request("kế hoạch"), Access(frozenset())).total == 0


def test_an_issuer_whose_name_has_commas(store: Index) -> None:
    fill(store, [entry(1, "lễ hội", issuer="Bộ Văn hóa, Thể thao và Du lịch"), entry(2, "lễ hội", issuer="Bộ Y tế")])
    for query in ("lễ hội cơ quan:BVHTTDL", 'lễ hội cơ quan:"thể thao"'):
        assert found(ask(store, query)) == [1], query
