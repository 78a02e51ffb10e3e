"""Citations: numbers of every form, laws by name, the provisions that they name, and their roles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from docmgr.reading.formats.plain import read_md
from docmgr.reading.types import Citation
from tests.reading.facts.facts_texts import decision, plan, read

SEED = Path(__file__).resolve().parents[3] / "../shared/data/seed/ke-hoach-dan-chu-o-co-so-2024.md"


def cited(*lines: str) -> list[Citation]:
    return list(read("Điều 1. Dẫn chiếu", *lines).citations)


NUMBERS = (
    "25/KH-UBND",
    "179/NQ-HĐND",
    "10/2022/QH15",
    "45/2020/NĐ-CP",
    "140/KH-SGDĐT",
    "3532/UBND-VX",
    "02/2012/TTLT-BCA-BQP-BTP-BGDĐT",
    "93/2007/QĐ-TTg",
    "05/QyĐ-SGDĐT",
    "07/TTr-SNV",
    "4977/SGDĐT-GDTrH",
    "326/2016/UBTVQH14",
    "01a/NQ-HĐND",
    "11410/BXD-KHCNMT&VLXD",
    "18-NQ/TW",
    "46-CT/TW",
    "555-KH/TU",
    "102/2025/NQLT-UBTVQH15-CP-ĐCTUBTWMTTQVN",
)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_every_form_are_found(number: str) -> None:
    assert [c.number for c in cited(f"Thực hiện theo Văn bản số {number} ngày 02/02/2024 của cấp trên.")] == [
        number
    ]


@pytest.mark.parametrize(
    "text",
    [
        "hoàn thành trước 08/02/2024",
        "cán bộ và/hoặc công chức",
        "đạt 21/25 điểm",
        "theo Mẫu số 01/BCĐBHĐND-MT",
        "trực 24/7",
        "tốc độ 60 km/h",
        "Mẫu số 02/HNCT, 03/HNMT kèm theo",
        "dự thảo TCVN",
        "Nghị định này",
        "pháp luật về dân chủ",
        "Luật này",
        "khoản 2 Điều 5 Nghị định này",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert cited(f"Nội dung {text} được áp dụng.") == []


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Kế hoạch số 140 /KH-UBND", "140/KH-UBND"),
        ("Nghị định số 30/2020/NĐ- CP", "30/2020/NĐ-CP"),
        ("Nghị định số 45/2020/NĐ-CPngày 08 tháng 4 năm 2020", "45/2020/NĐ-CP"),
        ("Kế hoạch số 5/KH–UBND", "5/KH-UBND"),
        ("Quyết định số 113-CP", "113-CP"),
        ("Nghị định số 127/2007NĐ-CP", "127/2007/NĐ-CP"),
        ("Thông tư số 26/2015/TT BNNPTNT", "26/2015/TT-BNNPTNT"),
        ("Nghị quyết số 101/2025/UBTV QH15", "101/2025/UBTVQH15"),
        ("Chỉ thị số 58 CT/TW", "58-CT/TW"),
        ("QCVN 41: 2019/BGTVT", "QCVN 41:2019/BGTVT"),
        ("TCVN 6909:2001", "TCVN 6909:2001"),
        ("TCVN ISO/IEC 17025:2017", "TCVN ISO/IEC 17025:2017"),
    ],
)
def test_spaces_dashes_and_glue_are_repaired(printed: str, number: str) -> None:
    found = cited(f"Theo {printed} của cấp trên.")
    assert [c.number for c in found] == [number]


def test_type_date_and_issuer_beside_a_number() -> None:
    (found,) = cited(
        "Triển khai Nghị quyết số 179/NQ-HĐND ngày 08/12/2023 của Hội đồng nhân dân tỉnh về các biện pháp."
    )
    assert (found.type, found.issued_on, found.issuer) == (
        "Nghị quyết",
        "2023-12-08",
        "Hội đồng nhân dân tỉnh",
    )
    assert found.anchor == "dieu-1"
    assert found.quote == "Nghị quyết số 179/NQ-HĐND ngày 08/12/2023"


def test_a_law_with_name_number_and_date_is_one_citation() -> None:
    (found,) = cited(
        "Luật Bầu cử đại biểu Quốc hội và đại biểu Hội đồng nhân dân số 85/2015/QH13, ngày 25/6/2015 nêu rõ."
    )
    assert found.number == "85/2015/QH13"
    assert found.name == "Luật Bầu cử đại biểu Quốc hội và đại biểu Hội đồng nhân dân"
    assert found.issued_on == "2015-06-25"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("theo Luật Thực hiện dân chủ ở cơ sở, trước khi ban hành", "Luật Thực hiện dân chủ ở cơ sở"),
        ("theo Luật Tiếp công dân.", "Luật Tiếp công dân"),
        (
            "theo Luật bầu cử đại biểu Quốc hội và đại biểu Hội đồng nhân dân chậm nhất",
            "Luật bầu cử đại biểu Quốc hội và đại biểu Hội đồng nhân dân",
        ),
        ("theo Luật Đường bộ và quốc lộ 1A", "Luật Đường bộ"),
        ("theo Bộ luật Hình sự chiếm đoạt tiền", "Bộ luật Hình sự"),
        ("theo Luật Phổ biến, giáo dục pháp luật", "Luật Phổ biến, giáo dục pháp luật"),
        ("theo Luật đất đai 2013", "Luật đất đai"),
        ("theo Luật Thử nghiệm mới 2024", "Luật Thử nghiệm mới"),
        ("theo Hiến pháp năm 2013", "Hiến pháp"),
        (
            "theo Luật Trật tự, an toàn giao thông đường bộ năm 2024 về đấu giá",
            "Luật Trật tự, an toàn giao thông đường bộ",
        ),
        ("về Luật Thực hiện dân chủ ở cơ sở và các văn bản hướng dẫn", "Luật Thực hiện dân chủ ở cơ sở"),
        ("của Bộ luật Dân sự được áp dụng", "Bộ luật Dân sự"),
        ("theo Luật Thanh tra nhân dân mẫu ngày 01 tháng 02 năm 2020", "Luật Thanh tra nhân dân mẫu"),
        (
            "theo Luật sửa đổi, bổ sung một số điều của Luật Đấu giá tài sản ngày 27 tháng 6 năm 2024",
            "Luật sửa đổi, bổ sung một số điều của Luật Đấu giá tài sản",
        ),
        (
            "theo Luật sửa đổi, bổ sung một số điều của Luật Tổ chức Chính phủ và Luật Tổ chức chính quyền "
            "địa phương ngày 22 tháng 11 năm 2019",
            "Luật sửa đổi, bổ sung một số điều của Luật Tổ chức Chính phủ và Luật Tổ chức chính"
            " quyền địa phương",
        ),
        (
            "theo Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;",
            "Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam",
        ),
    ],
)
def test_names_of_laws_end_where_they_end(text: str, name: str) -> None:
    assert [c.name for c in cited(f"Nội dung {text}")] == [name]


def test_a_comma_in_a_name_is_learnt_from_the_document() -> None:
    found = cited(
        "Căn cứ Luật Thử, nghiệm thu công trình ngày 01 tháng 02 năm 2020;",
        "Theo Luật Thử, nghiệm thu công trình thì",
    )
    assert [c.name for c in found] == ["Luật Thử, nghiệm thu công trình"] * 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("khoản 2 Điều 46 ", ["dieu-46.khoan-2"]),
        ("Điều 5 của ", ["dieu-5"]),
        ("điểm đ khoản 1 Điều 5a của ", ["dieu-5a.khoan-1.diem-dd"]),
        ("điểm a, b khoản 2 Điều 46 ", ["dieu-46.khoan-2.diem-a", "dieu-46.khoan-2.diem-b"]),
        ("các khoản 1, 2 và 3 Điều 5 ", ["dieu-5.khoan-1", "dieu-5.khoan-2", "dieu-5.khoan-3"]),
        ("khoản 6 Điều 57, khoản 3 Điều 58 của ", ["dieu-57.khoan-6", "dieu-58.khoan-3"]),
        ("khoản 3 Điều 66 và điểm d khoản 2 Điều 78 ", ["dieu-66.khoan-3", "dieu-78.khoan-2.diem-d"]),
        ("Điều 1, 3, 4 ", ["dieu-1", "dieu-3", "dieu-4"]),
        ("từ Điều 8 đến Điều 10 ", ["dieu-8", "dieu-9", "dieu-10"]),
        (
            "điểm c đến điểm e khoản 1 Điều 2 của ",
            [
                "dieu-2.khoan-1.diem-c",
                "dieu-2.khoan-1.diem-d",
                "dieu-2.khoan-1.diem-dd",
                "dieu-2.khoan-1.diem-e",
            ],
        ),
        ("Điều 4 khoản 2 ", ["dieu-4.khoan-2"]),
        ("Mục 2 Chương III ", ["chuong-III.muc-2"]),
        ("mục II.1 ", ["muc-II.1"]),
        ("khoản 2 Điều này, ", []),
        ("theo ", []),
    ],
)
def test_where_a_citation_points(words: str, expected: list[str]) -> None:
    assert [c.provision for c in cited(f"Thực hiện {words}Luật Tiếp công dân.")] == (expected or [None])


def test_several_provisions_give_a_citation_each_with_their_words() -> None:
    found = cited("Theo điểm a, b khoản 2 Điều 46 Luật Tiếp công dân.")
    assert [c.provision for c in found] == ["dieu-46.khoan-2.diem-a", "dieu-46.khoan-2.diem-b"]
    assert found[0].quote == "điểm a, b khoản 2 Điều 46 Luật Tiếp công dân"


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Căn cứ Nghị định số 59/2023/NĐ-CP của Chính phủ;", "basis"),
        ("Thực hiện Kế hoạch số 25/KH-UBND ngày 02/02/2024, Sở ban hành", "implements"),
        ("Trả lời Công văn số 12/UBND-VX ngày 02/02/2024", "answers"),
        ("2. Bãi bỏ Quyết định số 63/QĐ-BCA của Bộ Công an.", "repeals"),
        ("Thông tư này có hiệu lực và thay thế Thông tư số 31/2019/TT-BGTVT.", "replaces"),
        ("Nghị định số 39/2023/NĐ-CP hết hiệu lực kể từ ngày Nghị định này có hiệu lực.", "repeals"),
        ("1. Sửa đổi, bổ sung khoản 2 Điều 5 Nghị định số 30/2020/NĐ-CP như sau:", "amends"),
        ("(Kèm theo Nghị định số 30/2020/NĐ-CP)", "attached_to"),
        ("Nghị định này quy định chi tiết Điều 37 của Luật Đường bộ về đấu giá", "guides"),
        ("Các đơn vị đính chính Quyết định số 12/QĐ-UBND", "corrects"),
        ("Theo quy định tại Nghị định số 30/2020/NĐ-CP", "cites"),
    ],
)
def test_roles(line: str, role: str) -> None:
    found = read("Điều 1. Dẫn chiếu", "Nội dung", line).citations
    assert [c.role for c in found] == [role]


REPEALS = "Bãi bỏ khoản 2 Điều 5 Quyết định số 7/2015/QĐ-UBND."


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        (
            "Thay thế Quyết định số 03/2013/QĐ-UBND. Bãi bỏ Quyết định số 07/2015/QĐ-UBND.",
            ["replaces", "repeals"],
        ),
        (
            f"Quyết định này có hiệu lực và thay thế Quyết định số 3/2013/QĐ-UBND. {REPEALS}",
            ["replaces", "repeals"],
        ),
        ("Bãi bỏ Quyết định số 3/QĐ-UBND; Quyết định số 4/QĐ-UBND; số 5/QĐ-UBND.", ["repeals"] * 3),
        ("Bãi bỏ Quyết định số 3/QĐ-UBND; Thay thế Quyết định số 4/QĐ-UBND.", ["repeals", "replaces"]),
        ("Bãi bỏ Quyết định số 3/QĐ-UBND. Kế hoạch số 4/KH-UBND vẫn áp dụng.", ["repeals", "cites"]),
        ("Căn cứ Kế hoạch số 4/KH-UBND của UBND TP. Hạ Long và Quyết định số 3/QĐ-UBND;", ["basis"] * 2),
        (
            "2. Kế hoạch số 4/KH-UBND vẫn áp dụng. Quyết định số 3/QĐ-UBND hết hiệu lực kể từ ngày ký.",
            ["cites", "repeals"],
        ),
    ],
)
def test_each_sentence_gives_its_own_role(line: str, roles: list[str]) -> None:
    assert [c.role for c in cited(line)] == roles


@pytest.mark.parametrize(
    "words", ["Luật này", "Luật quy định", "luật sư", "Luật có", "tệp QCVN 179-TT16.docx", "QCVN 41"]
)
def test_words_that_only_look_like_a_law_or_a_standard(words: str) -> None:
    assert cited(f"Nội dung {words} được áp dụng.") == []


def test_offsets_give_the_words_as_printed() -> None:
    result = read(
        "Điều 1. Dẫn chiếu",
        "Theo khoản 2  Điều 5 của Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 và Luật Tiếp công dân.",
    )
    assert [result.text[one.start : one.end] for one in result.citations] == [
        "khoản 2  Điều 5 của Nghị định số 30/2020/NĐ-CP ngày 05/3/2020",
        "Luật Tiếp công dân",
    ]


def test_own_number_is_not_cited() -> None:
    numbers = [c.number for c in read(*decision()).citations]
    assert numbers == ["59/2023/NĐ-CP"]
    assert "12/KH-SGDĐT" not in [c.number for c in read(*plan(), "Kế hoạch số 12/KH-SGDĐT").citations]


@pytest.mark.skipif(not SEED.exists(), reason="không có tài liệu dùng chung ../shared/data")
def test_the_plan_cites_six_documents_nine_times_and_two_laws_by_name() -> None:
    found = read(*read_md(SEED).blocks, kind="md").citations
    assert Counter(c.number for c in found if c.number) == {
        "25/KH-UBND": 1,
        "179/NQ-HĐND": 4,
        "56/KH-UBND": 1,
        "45/2020/NĐ-CP": 1,
        "107/2021/NĐ-CP": 1,
        "140/KH-UBND": 1,
    }
    assert {c.name for c in found if not c.number} == {"Luật Thực hiện dân chủ ở cơ sở", "Luật Tiếp công dân"}
    dates = {c.number: c.issued_on for c in found if c.number}
    assert dates["25/KH-UBND"] == "2024-02-02" and dates["140/KH-UBND"] == "2021-07-29"
    assert dates["45/2020/NĐ-CP"] is None
    assert {c.anchor for c in found if c.number == "140/KH-UBND"} == {"muc-II.4.doan-6"}


@pytest.mark.parametrize(("line", "expected"), [
    ("Họp tại phòng số 12/A.", []),
    ("Thực hiện Thông báo kết luận số 45-TB/TW.", [("Thông báo", "45-TB/TW", None)]),
    ("Theo bộ luật hình sự năm 2015.", [("Bộ luật", None, "Bộ luật hình sự")]),
    ("Theo bộ luật này.", []),
    ("Theo điểm b khoản 2 Điều 4 của Hiến pháp.", [("Hiến pháp", None, "Hiến pháp")]),
    ("Điều 4 Hiến pháp năm 2013 quy định.", [("Hiến pháp", None, "Hiến pháp")]),
    ("Tuân thủ Hiến pháp và pháp luật.", []),
])  # fmt: skip
def test_words_that_look_like_a_citation_and_those_that_are_one(line: str, expected: list[object]) -> None:
    result = read("Điều 1. Phạm vi", line)
    assert [(one.type, one.number, one.name) for one in result.citations] == expected
