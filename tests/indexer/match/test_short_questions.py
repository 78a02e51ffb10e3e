"""Short queries find the document or provision with that title before those that mention the words often."""

import pytest

from indexer import Entry, Index
from indexer.rank.title_match import MOST, fit
from legaltext.text import syllables
from tests.indexer.regulations import ask, entry, fill, found

_OFTEN = "Các đơn vị báo cáo việc thực hiện quy chế dân chủ; kết quả thực hiện quy chế dân chủ của đơn vị. "
_REGULATION = "Ban hành Quy chế thực hiện dân chủ trong hoạt động của cơ quan Sở Giáo dục và Đào tạo"


def regulation(document: int, doc_title: str) -> list[Entry]:
    """A decision of three articles, whose texts hardly contain the words of its title."""
    texts = [
        "Văn bản này quy định những việc phải công khai và những việc công chức, viên chức được bàn, được quyết định.",
        "Người đứng đầu có trách nhiệm tổ chức thực hiện và chịu trách nhiệm trước cấp trên về kết quả. " * 3,
        "Chánh Văn phòng, trưởng các phòng và cá nhân có liên quan chịu trách nhiệm thi hành.",
    ]
    return [
        entry(document, text, anchor=f"dieu-{number}", label=f"Điều {number}", title="Tổ chức thực hiện",
              doc_title=doc_title, doc_type="Quyết định", number=f"{document}/QĐ-SGDĐT", order=number)
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip


@pytest.fixture
def office(store: Index) -> Index:
    """A regulation, and documents that mention it again and again."""
    return fill(
        store,
        [
            *regulation(1, _REGULATION),
            entry(2, _OFTEN * 3, title="Kết quả kiểm tra", doc_type="Thông báo",
                  doc_title="Kết quả kiểm tra việc thực hiện quy chế dân chủ năm 2023"),
            entry(3, _OFTEN * 2, title="Thực hiện quy chế dân chủ", doc_type="Kế hoạch", anchor="muc-I",
                  doc_title="Kiểm tra việc thực hiện nhiệm vụ năm 2024"),
            entry(4, _OFTEN, doc_type="Công văn", doc_title="Báo cáo kết quả năm"),
            *regulation(5, "Ban hành Quy chế thi đua, khen thưởng"),
            *regulation(6, "Phê duyệt Kế hoạch kiểm tra nội bộ"),
            entry(7, "Hội nghị đã bàn các nội dung: lương, thưởng.", anchor="muc-1", doc_type="Nghị quyết",
                  doc_title="Hội nghị cán bộ, công chức, viên chức năm 2024"),
            entry(8, "Nghị quyết hội nghị, nghị quyết hội nghị năm trước. " * 5, doc_type="Báo cáo",
                  title="Thực hiện nghị quyết hội nghị", doc_title="Sơ kết công tác"),
            entry(9, "Ban hành kèm theo quyết định.", anchor="kem-theo-1", label="Quy chế", doc_type="Quyết định",
                  title="QUY CHẾ TIẾP CÔNG DÂN", doc_title="Ban hành văn bản nội bộ"),
            entry(10, "Quy chế tiếp công dân nêu rằng quy chế tiếp công dân được niêm yết. " * 4,
                  doc_type="Thông báo", doc_title="Lịch tiếp dân"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("quy chế dân chủ", 1),
        ("quy che dan chu", 1),
        ("quy chế thực hiện dân chủ", 1),
        ("Quyết định quy chế dân chủ", 1),
        ("quyết định quy chế thi đua", 5),
        ("quy che thi dua khen thuong", 5),
        ("nghị quyết hội nghị", 7),
        ("nghi quyet hoi nghi", 7),
        ("quy chế tiếp công dân", 9),
        ("quy che tiep cong dan", 9),
        ("kế hoạch kiểm tra", 6),
    ],
)
def test_the_document_named_so_comes_first(office: Index, query: str, document: int) -> None:
    answer = ask(office, query)
    assert found(answer)[0] == document
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)


def test_the_part_named_so_is_shown(office: Index) -> None:
    assert ask(office, "quy chế tiếp công dân").hits[0].provisions[0].anchor == "kem-theo-1"


def test_long_questions_are_ranked_by_their_words(office: Index) -> None:
    assert found(ask(office, "kết quả thực hiện quy chế dân chủ của các đơn vị ra sao"))[0] in (2, 3, 4)


def test_marks_count_where_typed(store: Index) -> None:
    fill(store, [*regulation(1, "Ban hành Quy chế bán trú"), *regulation(2, "Ban hành Quy chế bàn trú")])
    assert found(ask(store, "quy chế bàn trú"))[0] == 2
    assert sorted(found(ask(store, "quy che ban tru"))) == [1, 2]


@pytest.mark.parametrize("query", ["lý lịch", "ly lich", "lí lịch"])
def test_syllables_of_other_words_make_no_title_fit(store: Index, query: str) -> None:
    title = "Quản lý nhà nước trong lĩnh vực văn hóa, thể thao và du lịch"
    fill(
        store,
        [
            *regulation(1, title),
            entry(2, "Hồ sơ bổ nhiệm gồm sơ yếu lý lịch và bản sao văn bằng.", doc_type="Nghị định", doc_title="Về viên chức"),
            entry(3, "Việc quản lý khu du lịch. " * 3, doc_type="Thông tư", doc_title="Khu du lịch", title="Quản lý"),
        ],
    )  # fmt: skip
    assert found(ask(store, query))[0] == 2


def test_a_word_stands_whole_in_a_title_that_fits() -> None:
    words = ["cán", "bộ", "công", "chức"]
    free = dict.fromkeys(words, False)

    def fits(title: str) -> bool:
        return fit(words, free, syllables(title), 0, linked=(0, 1, 2)) > 0

    assert fits("Về cán bộ, công chức") and fits("Về công chức và cán bộ")
    assert not fits("Bộ Công an, cán sự và viên chức") and not fits("Cán bộ làm công tác tổ chức")


def test_fit_grows_with_order_phrase_and_opening() -> None:
    def fits(query: str, doc_type: str, title: str) -> float:
        words = query.split()
        named = syllables(doc_type)
        return fit(words, dict.fromkeys(words, False), [*named, *syllables(title)], len(named))

    title = "Về việc ban hành Quy chế thực hiện dân chủ"
    assert fits("quy chế khen thưởng", "Quyết định", title) == 0
    scattered = fits("chủ chế dân", "Quyết định", title)
    ordered = fits("thực dân chủ", "Quyết định", title)
    phrase = fits("thực hiện dân chủ", "Quyết định", title)
    opening = fits("quy chế dân chủ", "Quyết định", title)
    assert 0 < scattered < ordered < phrase < opening < fits("quy chế thực hiện", "Quyết định", title)
    assert fits("quy chế thực hiện", "Quyết định", title) == pytest.approx(MOST)
    assert fits("quyết định quy chế", "Quyết định", title) == pytest.approx(
        fits("quy chế dân chủ", "", title)
    )
    assert fits("hoà giải", "Luật", "Hòa giải ở cơ sở") == 0  # the query is normalised before this call
    assert fit(["hoa", "giai"], {}, syllables("Luật Hoà giải ở cơ sở"), 1) == pytest.approx(MOST)


@pytest.mark.parametrize("question", ["thi chọn học sinh giỏi", "thi chon hoc sinh gioi"])
def test_a_section_without_a_heading_is_not_put_behind_articles_that_have_one(store: Index, question: str) -> None:
    titles = ("Học sinh dự thi", "Chọn học sinh", "Thi và xét giỏi", "Thi chọn", "Học sinh giỏi thi")
    fill(
        store,
        [
            entry(1, "1. Tổ chức kỳ thi chọn học sinh giỏi cấp tỉnh vào tháng 3. 2. Chuẩn bị phòng thi.", label="I.1",
                  doc_title="Giao ban tháng 2", doc_type="Thông báo", order=1),
            *(
                entry(document, f"Học sinh được chọn theo điểm thi; học sinh khá, giỏi được xét trước. Việc thi và chọn "
                      f"{what} do trường quyết định.", label=f"Điều {document}", title=title, doc_title="Quy chế thi",
                      doc_type="Thông tư", order=1)
                for document, (what, title) in enumerate(zip(("đề", "môn", "phòng", "giám thị", "ngày"), titles, strict=True), 2)
            ),
        ],
    )  # fmt: skip
    assert found(ask(store, question))[0] == 1
