"""References of a text to itself: which words are one, and which provisions they mean."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from docmgr.reading.citations.own import find_own_references
from docmgr.reading.types import OwnReference
from tests.reading.facts.facts_texts import read
from tests.support.steps import steps

LAW = (
    "QUỐC HỘI",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Luật số: 99/2030/QH19",
    "LUẬT",
    "THỬ NGHIỆM",
    "Chương I",
    "QUY ĐỊNH CHUNG",
    "Điều 1. Phạm vi",
    "1. Gồm:",
    "a) Ý a;",
    "b) Ý b;",
    "c) Ý c;",
    "d) Ý d;",
    "đ) Ý đ.",
    "2. Hai.",
    "3. Ba.",
    "Điều 2. Đối tượng",
    "Đối tượng áp dụng.",
    "Chương II",
    "TỔ CHỨC",
    "Mục 1",
    "BỘ MÁY",
    "Điều 3. Bộ máy",
    "1. Bộ máy thứ nhất.",
    "2. Bộ máy thứ hai.",
    "Mục 2",
    "NHÂN SỰ",
    "Điều 4. Nhân sự",
    "1. Nhân sự:",
    "a) Nhân sự a;",
    "b) Nhân sự b.",
    "2. {}",
    "Điều 5. Thi hành",
    "Thi hành.",
)


def own(*lines: str) -> Sequence[OwnReference]:
    return read(*lines).own_references


def in_law(sentence: str) -> Sequence[OwnReference]:
    """The references that a sentence makes in Điều 4, khoản 2 of the law."""
    return own(*(line.format(sentence) for line in LAW))


@pytest.mark.parametrize(
    ("words", "anchors"),
    [
        ("Điều 5 của Luật này", ["dieu-5"]),
        ("Điều 5 Luật này", ["dieu-5"]),
        ("Điều 5", ["dieu-5"]),
        ("khoản 1 Điều này", ["dieu-4.khoan-1"]),
        ("điểm a khoản 1", ["dieu-4.khoan-1.diem-a"]),
        ("điểm b khoản 1, Điều này", ["dieu-4.khoan-1.diem-b"]),
        ("khoản này", ["dieu-4.khoan-2"]),
        ("Điều này", ["dieu-4"]),
        ("Mục này", ["chuong-II.muc-2"]),
        ("Chương này", ["chuong-II"]),
        ("Chương I", ["chuong-I"]),
        ("Chương 1 của Luật này", ["chuong-I"]),
        ("Mục 1", ["chuong-II.muc-1"]),
        ("Mục 1 Chương II", ["chuong-II.muc-1"]),
        ("Chương II Mục 1", ["chuong-II.muc-1"]),
        ("các điều 1, 3 và 5", ["dieu-1", "dieu-3", "dieu-5"]),
        ("từ Điều 2 đến Điều 5", ["dieu-2", "dieu-3", "dieu-4", "dieu-5"]),
        ("Điều 1 đến hết Điều 3 của Luật này", ["dieu-1", "dieu-2", "dieu-3"]),
        ("các khoản 1, 2 và 3 Điều 1", ["dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-1.khoan-3"]),
        (
            "điểm c, đ khoản 1 và khoản 3 Điều 1",
            ["dieu-1.khoan-1.diem-c", "dieu-1.khoan-1.diem-dd", "dieu-1.khoan-3"],
        ),
        (
            "điểm c đến điểm đ khoản 1 Điều 1",
            ["dieu-1.khoan-1.diem-c", "dieu-1.khoan-1.diem-d", "dieu-1.khoan-1.diem-dd"],
        ),
        ("khoản 1 và Điều 5 của Luật này", ["dieu-4.khoan-1", "dieu-5"]),
        ("điểm b (sau khi bổ sung) khoản 1 Điều này", ["dieu-4.khoan-1.diem-b"]),
        ("Điều 9 của Luật này", []),
        ("Luật này", []),
        ("Luật số 99/2030/QH19", []),
        ("Điều 5 Luật số 99/2030/QH19", ["dieu-5"]),
    ],
)
def test_what_words_mean(words: str, anchors: list[str]) -> None:
    found = in_law(f"Thực hiện theo {words}.")
    assert [(one.quote, list(one.provisions)) for one in found] == (
        [(words, anchors)] if anchors is not None else []
    )


@pytest.mark.parametrize(
    "words",
    [
        "Điều 5 của Nghị định số 30/2020/NĐ-CP",
        "Điều 5 Luật Đất đai",
        "Điều 5 Công ước Viên",
        "Điều 5 của hợp đồng",
        "khoản 1 Điều 5 quy chế nội bộ",
        "Nghị định này",
        "Điều 9",
        "khoản 7",
        "thời điểm này",
        "tài khoản 1",
        "điều này",
        "danh mục 1",
        "“Điều 5 của Luật này”",
        "tệp Phụ lục 1.docx",
    ],
)
def test_what_is_no_reference_to_the_text_itself(words: str) -> None:
    assert in_law(f"Việc đó theo {words}.") == ()


def test_numbers_after_a_list_that_count_things_do_not_belong_to_it() -> None:
    (found,) = in_law("Theo Điều 1, 5 ngày sau khi ký.")
    assert found.provisions == ("dieu-1",)


def test_offsets_and_links_say_which_words_mean_what() -> None:
    (found,) = in_law("Theo điểm a, b khoản 1 và Điều 5 của Luật này.")
    text = read(*(line.format("Theo điểm a, b khoản 1 và Điều 5 của Luật này.") for line in LAW)).text
    assert text[found.start : found.end] == found.quote == "điểm a, b khoản 1 và Điều 5 của Luật này"
    assert [(text[start:end], anchor) for start, end, anchor in found.links] == [
        ("điểm a", "dieu-4.khoan-1.diem-a"),
        ("b", "dieu-4.khoan-1.diem-b"),
        ("Điều 5 của Luật này", "dieu-5"),
    ]
    assert found.type == "Luật"


def test_headings_refer_to_nothing() -> None:
    assert in_law("Nhân sự khác.") == ()


def test_an_amending_document_names_provisions_of_the_amended_one() -> None:
    found = own(
        *LAW[:4],
        "SỬA ĐỔI, BỔ SUNG MỘT SỐ ĐIỀU CỦA LUẬT ĐẤT ĐAI",
        "Điều 1. Sửa đổi, bổ sung một số điều của Luật Đất đai",
        "1. Sửa đổi, bổ sung khoản 2 Điều 1 như sau:",
        "“2. Việc đó theo Điều 2 của Luật này.”.",
        "2. Sửa đổi, bổ sung Điều 7 như sau:",
        "“Điều 7. Tên mới",
        "1. Việc đó theo Điều 2 của Luật này.",
        "2. Việc khác theo khoản 1 Điều này.”.",
        "3. Bãi bỏ Điều 2.",
        "Điều 2. Hiệu lực",
        "Luật này có hiệu lực theo khoản 2 Điều 1 của Luật này.",
    )
    assert [one.quote for one in found] == ["Luật này", "khoản 2 Điều 1 của Luật này"]


def test_the_scope_of_a_decree_names_provisions_of_its_law() -> None:
    found = own(
        "NGHỊ ĐỊNH",
        "Quy định chi tiết Luật Đất đai",
        "Điều 1. Phạm vi điều chỉnh",
        "Nghị định này quy định chi tiết một số điều của Luật Đất đai gồm: Điều 2; khoản 1 Điều 1.",
        "Điều 2. Đối tượng",
        "Theo Điều 1.",
    )
    assert [one.quote for one in found] == ["Nghị định này", "Điều 1"]


DECISION = (
    "ỦY BAN NHÂN DÂN TỈNH",
    "Số: 12/2030/QĐ-UBND",
    "Hà Nội, ngày 02 tháng 01 năm 2030",
    "QUYẾT ĐỊNH",
    "Ban hành Quy chế làm việc",
    "Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc.",
    "Điều 2. Quy chế này có hiệu lực từ ngày ký; xem Điều 2 của Quy chế ban hành kèm theo Quyết định này.",
    "Nơi nhận:",
    "- Như Điều 2;",
    "TM. ỦY BAN NHÂN DÂN",
    "CHỦ TỊCH",
    "Nguyễn Văn An",
    "QUY CHẾ",
    "Làm việc của cơ quan",
    "(Ban hành kèm theo Quyết định số 12/2030/QĐ-UBND ngày 02 tháng 01 năm 2030)",
    "Điều 1. Phạm vi",
    "Quy chế này áp dụng theo Điều 2 và Điều 1 của Quyết định này.",
    "Điều 2. Thi hành",
    "Theo Điều 2; theo Điều 1 của Quy chế này và Quy chế ban hành kèm theo Quyết định số 12/2030/QĐ-UBND.",
)


def test_an_attached_document_has_articles_of_its_own() -> None:
    found = {one.quote: list(one.provisions) for one in own(*DECISION)}
    assert found["Quyết định này"] == []
    assert found["Quy chế này"] == ["kem-theo-1"]
    assert found["Điều 2 của Quy chế ban hành kèm theo Quyết định này"] == ["kem-theo-1.dieu-2"]
    assert found["Điều 2 và Điều 1 của Quyết định này"] == ["dieu-2", "dieu-1"]
    assert found["Điều 2"] == ["kem-theo-1.dieu-2"]
    assert found["Điều 1 của Quy chế này"] == ["kem-theo-1.dieu-1"]
    assert found["Quy chế ban hành kèm theo Quyết định số 12/2030/QĐ-UBND"] == ["kem-theo-1"]


REGULATIONS = (
    "BỘ THỬ NGHIỆM",
    "Số: 12/2030/TT-BTN",
    "THÔNG TƯ",
    "Ban hành hai quy chuẩn",
    "Điều 1. Ban hành kèm theo Thông tư này QCVN 11:2030/BTN và QCVN 12:2030/BTN, thay thế QCVN 13:2020/BTN.",
    "Nơi nhận:",
    "- Lưu: VT.",
    "BỘ TRƯỞNG",
    "Nguyễn Văn An",
    "QCVN 11:2030/BTN",
    "QUY CHUẨN KỸ THUẬT QUỐC GIA VỀ VIỆC MỘT",
    "1. Quy chuẩn này quy định việc một.",
    "QCVN 12:2030/BTN",
    "QUY CHUẨN KỸ THUẬT QUỐC GIA VỀ VIỆC HAI",
    "1. Quy chuẩn này quy định việc hai.",
    "2. Yêu cầu thứ nhất.",
    "3. Yêu cầu thứ hai.",
    "4. Yêu cầu thứ ba.",
    "PHỤ LỤC A",
    "1. Theo mục 1 của Quy chuẩn này.",
)


def test_attached_technical_regulations_are_parts_of_the_text() -> None:
    result = read(*REGULATIONS)
    found = [(one.quote, list(one.provisions)) for one in result.own_references]
    assert found == [
        ("Thông tư này", []),
        ("QCVN 11:2030/BTN", ["kem-theo-1"]),
        ("QCVN 12:2030/BTN", ["kem-theo-2"]),
        ("Quy chuẩn này", ["kem-theo-1"]),
        ("Quy chuẩn này", ["kem-theo-2"]),
        ("mục 1 của Quy chuẩn này", ["kem-theo-2.muc-1"]),
    ]
    assert [one.number for one in result.citations] == ["QCVN 13:2020/BTN"]


def test_sections_without_articles_are_found_by_their_numbers() -> None:
    found = own(
        "KẾ HOẠCH",
        "Công tác năm 2030",
        "I. MỤC ĐÍCH",
        "1. Mục đích thứ nhất.",
        "II. NỘI DUNG",
        "1. Theo mục I và khoản 1 Mục I Kế hoạch này.",
        "a) Theo Mục II.1 Kế hoạch này.",
    )
    assert [list(one.provisions) for one in found] == [["muc-I", "muc-I.1"], ["muc-II.1"]]


@pytest.mark.parametrize(
    "words", ["khoản 1 Điều 4, ", "Luật này ", "“Điều 5 ", "điểm a (", "QCVN 41-1-", "từ Điều 1 đến "]
)
def test_a_line_of_twice_the_length_takes_twice_the_work(words: str) -> None:
    law = read(*(line.format("Nhân sự.") for line in LAW))

    def work(times: int) -> int:
        text = law.text + "\n" + words * times
        return steps(lambda: find_own_references(text, law.provisions, "Luật", None))

    once = work(300)
    assert work(600) < 2.3 * once


def test_the_whole_document_and_a_provision_that_is_not_there_are_told_apart() -> None:
    text = "Điều 1. Phạm vi\nTheo Nghị định này và khoản 9 Điều 3 của Nghị định này."
    found = find_own_references(text, read(*text.split("\n")).provisions, "Nghị định", None)
    assert [(one.quote, one.provisions, one.whole) for one in found] == [
        ("Nghị định này", (), True), ("khoản 9 Điều 3 của Nghị định này", (), False),
    ]  # fmt: skip
