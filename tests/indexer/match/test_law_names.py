"""A law is found by its name and by the short name that people use."""

import gzip
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.match.law_names import LawNames, Titled, named, prepare
from legaltext.text import fold, syllables

DOCUMENTS = Path(__file__).resolve().parents[3] / "../shared/data/law/documents.json.gz"
TITLES = [
    Titled("Luật", "Luật thực hiện dân chủ ở cơ sở", 2022, "10/2022/QH15"),
    Titled(
        "Nghị định", "Quy định chi tiết một số điều của Luật Thực hiện dân chủ ở cơ sở", 2023, "59/2023/NĐ-CP"
    ),
    Titled("Luật", "Đất đai", 2013, "45/2013/QH13"),
    Titled("Luật", "Đất đai", 2024, "31/2024/QH15"),
    Titled("Luật", "Sửa đổi, bổ sung một số điều của Luật Đất đai", 2018, "35/2018/QH14"),
    Titled("Bộ luật", "Dân sự", 2015, "91/2015/QH13"),
    Titled("Bộ luật", "Tố tụng dân sự", 2015, "92/2015/QH13"),
    Titled("Luật", "Giao thông đường bộ", 2008, "23/2008/QH12"),
    Titled("Luật", "Trật tự, an toàn giao thông đường bộ", 2024, "36/2024/QH15"),
    Titled("Luật", "Luật sư", 2006, "65/2006/QH11"),
    Titled("Luật", "Bảo hiểm xã hội", 2024, "41/2024/QH15"),
    Titled("Luật", "Bảo hiểm y tế", 2008, "25/2008/QH12"),
    Titled("Luật", "Quốc tịch Việt Nam", 2008, "24/2008/QH12"),
    Titled("Luật", "Hòa giải ở cơ sở", 2013, "35/2013/QH13"),
    Titled("Luật", "Hòa giải, đối thoại tại Tòa án", 2020, "58/2020/QH14"),
    Titled("Luật", "Dược", 2016, "105/2016/QH13"),
    Titled("Nghị định", "Về công tác văn thư", 2020, "30/2020/NĐ-CP"),
    Titled("Quyết định", "Ban hành Quy chế thực hiện dân chủ trong hoạt động của Sở", 2024, "12/QĐ-SGDĐT"),
    Titled("", "Luật Thủ đô", 2024, ""),
]
NAMES = prepare(TITLES)


def first(question: str, names: LawNames = NAMES, titles: list[Titled] = TITLES) -> str:
    """The number of the title that fits best, or its text where it has no number."""
    found = named(names, syllables(question))
    return (titles[found[0].title].number or titles[found[0].title].title) if found else ""


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("luật dân chủ cơ sở", "10/2022/QH15"),
        ("luat dan chu co so", "10/2022/QH15"),
        ("luật thực hiện dân chủ", "10/2022/QH15"),
        ("Luật Luật thực hiện dân chủ ở cơ sở", "10/2022/QH15"),
        ("dân chủ ở cơ sở", "10/2022/QH15"),
        ("nghị định dân chủ cơ sở", "59/2023/NĐ-CP"),
        ("luật đất đai", "31/2024/QH15"),
        ("luật đất đai 2013", "45/2013/QH13"),
        ("luật đất đai năm 2013", "45/2013/QH13"),
        ("luật sửa đổi luật đất đai", "35/2018/QH14"),
        ("bộ luật dân sự", "91/2015/QH13"),
        ("luật dân sự", "91/2015/QH13"),
        ("blds", "91/2015/QH13"),
        ("BLDS 2015", "91/2015/QH13"),
        ("blttds", "92/2015/QH13"),
        ("luật giao thông đường bộ 2008", "23/2008/QH12"),
        ("luật an toàn giao thông", "36/2024/QH15"),
        ("luật luật sư", "65/2006/QH11"),
        ("luật bhxh", "41/2024/QH15"),
        ("luật BHYT", "25/2008/QH12"),
        ("luật quốc tịch", "24/2008/QH12"),
        ("luật hòa giải", "35/2013/QH13"),
        ("luật hoà giải tại tòa án", "58/2020/QH14"),
        ("luat duoc", "105/2016/QH13"),
        ("nghị định văn thư", "30/2020/NĐ-CP"),
        ("luật thủ đô", "Luật Thủ đô"),
    ],
)
def test_the_usual_name_names_the_law(question: str, number: str) -> None:
    assert first(question) == number


@pytest.mark.parametrize(
    "question", ["pháp luật về đất đai ở các tỉnh miền núi quy định ra sao vậy", "luật được", "kỷ luật", "", "luật",
                 "luật hàng không", "theo luật đất đai thì ai được cấp giấy chứng nhận", "luật bảo hiểm nhân thọ",
                 "người vi phạm bị xử lý thế nào theo bộ luật dân sự"],
)  # fmt: skip
def test_what_names_nothing(question: str) -> None:
    assert first(question) == ""


def test_the_year_and_how_much_is_said_count() -> None:
    assert named(NAMES, syllables("luật dược"))[0].strength == 1.0
    assert named(NAMES, syllables("luật thực hiện"))[0].strength < 1.0
    assert first("luật đất đai 2013") == "45/2013/QH13"


@given(st.sampled_from(TITLES), st.booleans())
def test_the_full_name_is_exact(titled: Titled, marked: bool) -> None:
    question = f"{titled.doc_type or 'Luật'} {titled.title} {titled.year}"
    found = named(NAMES, syllables(question if marked else fold(question)))
    assert TITLES[found[0].title] == titled
    assert found[0].strength >= 0.95


@given(st.lists(st.sampled_from("luật bộ đất đai dân sự 2013 năm theo của sư zz".split()), max_size=30))
def test_any_question_is_answered(words: list[str]) -> None:
    found = named(NAMES, words)
    assert all(0.4 <= one.strength <= 1 for one in found)
    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)


@given(
    st.lists(st.sampled_from(TITLES), max_size=8),
    st.sampled_from([*TITLES[:6], Titled("Luật", "Đường bộ", 2024)]),
)
def test_hidden_titles_change_nothing(hidden: list[Titled], asked: Titled) -> None:
    there = np.array([True] * len(TITLES) + [False] * len(hidden))
    words = syllables(f"{asked.doc_type} {asked.title}")
    found = named(prepare([*TITLES, *hidden], there), words)
    assert tuple(one for one in found if one.title < len(TITLES)) == named(NAMES, words)


def test_no_titles() -> None:
    assert named(prepare([]), ("luật", "đất", "đai")) == ()


# What people call the laws of the national codification, and the number of the law that is in force there.
SHORT_NAMES = {
    "luật dân chủ cơ sở": "10/2022/QH15", "luật an ninh mạng": "24/2018/QH14", "luật bí mật nhà nước": "29/2018/QH14",
    "luật biên phòng": "66/2020/QH14", "luật biển": "18/2012/QH13", "luật bhyt": "25/2008/QH12",
    "luật viên chức": "58/2010/QH12", "luật bình đẳng giới": "73/2006/QH11", "luật hôn nhân gia đình": "52/2014/QH13",
    "luật hngđ": "52/2014/QH13", "luật trẻ em": "102/2016/QH13", "bộ luật dân sự": "91/2015/QH13",
    "blds": "91/2015/QH13", "blhs": "100/2015/QH13", "luật hình sự": "100/2015/QH13", "bltths": "101/2015/QH13",
    "blttds": "92/2015/QH13", "bllđ": "45/2019/QH14", "bộ luật lao động": "45/2019/QH14", "luật giáo dục": "43/2019/QH14",
    "luật giáo dục đại học": "08/2012/QH13", "luật gdnn": "74/2014/QH13", "luật hàng không": "66/2006/QH11",
    "bộ luật hàng hải": "95/2015/QH13", "luật quốc tịch": "24/2008/QH12", "luật hộ tịch": "60/2014/QH13",
    "luật khiếu nại": "02/2011/QH13", "luật tố cáo": "25/2018/QH14", "luật pctn": "36/2018/QH14",
    "luật phòng chống tham nhũng": "36/2018/QH14", "luật khoa học công nghệ": "29/2013/QH13",
    "luật quân nhân chuyên nghiệp": "98/2015/QH13", "luật nvqs": "78/2015/QH13", "luật hải quan": "54/2014/QH13",
    "luật ngân sách": "83/2015/QH13", "luật nsnn": "83/2015/QH13", "luật tài sản công": "15/2017/QH14",
    "luật tiết kiệm chống lãng phí": "44/2013/QH13", "luật phí lệ phí": "97/2015/QH13",
    "luật thuế thu nhập cá nhân": "04/2007/QH12", "luật thuế tncn": "04/2007/QH12", "luật thuế tndn": "14/2008/QH12",
    "luật thuế ttđb": "27/2008/QH12", "luật thuế xuất nhập khẩu": "107/2016/QH13", "luật cạnh tranh": "23/2018/QH14",
    "luật bảo vệ người tiêu dùng": "19/2023/QH15", "luật bầu cử": "85/2015/QH13",
    "luật giám sát của quốc hội": "87/2015/QH13", "luật tổ chức quốc hội": "57/2014/QH13",
    "luật hòa giải cơ sở": "35/2013/QH13", "luật hòa giải tại tòa án": "58/2020/QH14",
    "luật bồi thường nhà nước": "10/2017/QH14", "luật trọng tài": "54/2010/QH12", "luật tín ngưỡng": "02/2016/QH14",
    "luật phòng chống ma túy": "73/2021/QH14", "luật phổ biến giáo dục pháp luật": "14/2012/QH13",
    "luật pbgdpl": "14/2012/QH13", "luật ghép mô": "75/2006/QH11",
    "luật hiv": "64/2006/QH11", "luật rượu bia": "44/2019/QH14", "luật thuốc lá": "09/2012/QH13",
    "luật đi làm việc ở nước ngoài": "69/2020/QH14", "luật kinh doanh bảo hiểm": "08/2022/QH15",
    "luật an toàn vệ sinh lao động": "84/2015/QH13", "luật tố tụng hành chính": "93/2015/QH13",
    "luật xuất nhập cảnh": "49/2019/QH14", "luật người khuyết tật": "51/2010/QH12", "luật chứng khoán": "54/2019/QH14",
}  # fmt: skip


def real_titles() -> list[Titled]:
    if not DOCUMENTS.exists():
        pytest.skip("the list of real documents is not beside this checkout")
    with gzip.open(DOCUMENTS, "rt", encoding="utf-8") as file:
        listed = json.load(file)
    return [
        Titled(
            one["type"], one["title"] or "", int(one["issued"][-4:]) if one["issued"] else None, one["number"]
        )
        for one in listed
    ]


def short_forms(title: str) -> list[str]:
    """The name of a law as people type it: without diacritics, commas, small words and the words that all laws end
    with."""
    name = re.sub(r"^(?:bộ )?lu[aâậ]t ", "", title.lower())
    bare = re.sub(r"[^\w\s]", "", name)
    lean = re.sub(r"\b(?:và|của|các|ở)\b", " ", re.sub(r"(?: việt nam| nhân dân)$", "", bare))
    return [f"luật {name}", f"luật {lean}", fold(f"luat {bare}")]


def test_real_laws_come_first_by_their_usual_names() -> None:
    titles = real_titles()
    names = prepare(titles)
    asked = list(SHORT_NAMES.items())
    laws = [one for one in titles if one.doc_type in ("Luật", "Bộ luật") and one.title]
    newest = {
        fold(" ".join(syllables(one.title))): one.number
        for one in sorted(laws, key=lambda one: one.year or 0)
    }
    main = [
        one
        for one in laws
        if not re.match("(?:luật )?sửa đổi", one.title.lower()) and one.number in newest.values()
    ]
    asked += [(question, one.number) for one in main for question in short_forms(one.title)]
    lost = [(question, number, first(question, names, titles)) for question, number in asked]
    lost = [one for one in lost if one[1] != one[2]]
    assert not [question for question, number, _ in lost if SHORT_NAMES.get(question) == number], lost
    assert len(lost) <= 0.02 * len(asked), (len(asked), lost)
