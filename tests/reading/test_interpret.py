"""Properties of every text: provisions cover it in order, anchors are unique, results are repeatable."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from docmgr.reading.interpret import interpret
from docmgr.reading.types import Block
from tests.reading.facts.facts_texts import DECISION_TAIL, PLAN_BODY, decision, plan

LINES = (
    *PLAN_BODY,
    *DECISION_TAIL,
    "Chương I",
    "QUY ĐỊNH CHUNG",
    "Mục 2. CÔNG KHAI",
    "Phần thứ nhất",
    "Điều 1. Phạm vi",
    "Điều 2. Hiệu lực",
    "Điều 2. Lặp lại",
    "1. Khoản",
    "2. Khoản",
    "1. Lặp",
    "a) Điểm",
    "đ) Điểm",
    "1.1. Mục con",
    "“Điều 9. Trong ngoặc",
    "đóng ngoặc.”",
    "1. Sửa đổi Điều 5 như sau:",
    "PHỤ LỤC I",
    "PHỤ LỤC",
    "Mẫu số 01",
    "(Kèm theo Quyết định số 5/QĐ-UBND)",
    "QUY CHẾ",
    "MỤC LỤC",
    "A. PHẦN CHUNG",
    "* Ghi chú",
    "Trên đây là kế hoạch./.",
    "Điều 3. Một./.Điều 4. Hai",
    "",
    "MẬT",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 12/KH-SGDĐT",
    "KẾ HOẠCH",
)


@st.composite
def documents(draw: st.DrawFn) -> list[Block]:
    """Lines that begin something in any order, as paragraphs, headings, footnotes or cells."""
    line = st.one_of(st.sampled_from(LINES), st.text(max_size=40))
    made = []
    for text in draw(st.lists(line, max_size=60)):
        place = draw(st.sampled_from((None, (1, 0, 0), (1, 0, 1), (2, 3, 0))))
        table, row, col = place or (None, None, None)
        kind = draw(st.sampled_from(("paragraph", "heading", "footnote", "header")))
        bold, centered = draw(st.booleans()), draw(st.booleans())
        made.append(Block(text, kind, bold=bold, centered=centered, table=table, row=row, col=col))
    return made


@settings(max_examples=300, deadline=None)
@given(documents(), st.sampled_from(("docx", "md", "xlsx", "pdf")))
def test_provisions_cover_any_text_in_order(blocks: list[Block], kind: str) -> None:
    result = interpret(blocks, kind)
    spans = [(p.start, p.end) for p in result.provisions]
    assert "".join(result.text[start:end] for start, end in spans) == result.text
    assert all(p.text == result.text[p.start : p.end].rstrip("\n") for p in result.provisions)
    anchors = [p.anchor for p in result.provisions]
    assert len(anchors) == len(set(anchors))
    known: set[str] = set()
    for provision in result.provisions:
        assert provision.parent is None or provision.parent in known
        known.add(provision.anchor)
    assert all(c.anchor in known for c in result.citations)
    assert all(fact.field == field for field, fact in result.facts.items())


@settings(max_examples=50, deadline=None)
@given(documents())
def test_the_same_text_gives_the_same(blocks: list[Block]) -> None:
    assert interpret(blocks, "docx") == interpret(blocks, "docx")


@given(st.text(max_size=200))
def test_any_single_line_is_read(text: str) -> None:
    assert interpret([Block(text)], "txt").text == text


def test_an_added_appendix_changes_no_anchor_of_the_main_text() -> None:
    before = [p.anchor for p in interpret(decision(), "docx").provisions]
    after = [p.anchor for p in interpret([*decision(), Block("PHỤ LỤC"), Block("1. Mẫu")], "docx").provisions]
    assert after[: len(before)] == before


def test_nothing_at_all() -> None:
    result = interpret([], "docx")
    assert (result.text, result.provisions, result.facts, result.citations) == ("", (), {}, ())


def test_lines_made_to_be_slow_are_not() -> None:
    """A pattern that can match the same run of characters in two ways would take exponential time here."""
    hostile = (
        "số 12/" + "A" * 5000 + "é",
        "khoản 1, " * 3000 + "x",
        "Luật " + "A, " * 5000,
        "ngày" + "." * 20000,
        "“" * 5000,
        "Số: " + "1/" * 5000,
        "(" * 5000,
        "Điều 1. " * 5000,
        "A&" * 5000,
        "1." * 5000,
        " - " * 5000,
        "a" * 60_000,
        "a" * 60_000 + " 7",
    )
    result = interpret([*(Block(line) for line in hostile), *plan()], "txt")
    assert result.text.startswith("số 12/")


def test_many_unclosed_quotations_hide_nothing() -> None:
    lines = [Block("1. Sửa đổi như sau: “Điều 5. Nội dung") for _ in range(2000)]
    result = interpret([Block("Điều 1. Sửa đổi"), *lines], "txt")
    assert len([p for p in result.provisions if p.kind == "khoan"]) == 2000
