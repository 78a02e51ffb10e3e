"""The text is shown completely and in order, with its anchors, and with citations, matches and facts marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from docmgr.services.texts import excerpt, view
from docmgr.services.texts import parts as text_parts
from docmgr.services.texts.view import Cited, Passage
from indexer import marker
from indexer.query.parser import parse
from tests.support.steps import steps

TEXT = (
    "SỞ GIÁO DỤC\nCăn cứ Nghị định số 30/2020/NĐ-CP;\nĐiều 1. Phạm vi\n1. Quy chế này áp dụng.\n"
    "2. Không áp dụng <b>thử</b>.\nNơi nhận: lưu"
)


@dataclass
class Unit:
    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    start: int
    end: int


def unit(anchor: str, parent: str | None, kind: str, words: str) -> Unit:
    start = TEXT.index(words)
    return Unit(anchor, parent, kind, words.split(".")[0], "", start, start + len(words))


UNITS = [
    unit("dieu-1", None, "dieu", "Điều 1. Phạm vi"),
    unit("dieu-1.khoan-1", "dieu-1", "khoan", "1. Quy chế này áp dụng."),
    unit("dieu-1.khoan-2", "dieu-1", "khoan", "2. Không áp dụng <b>thử</b>."),
]


def words(passages: tuple[Passage, ...]) -> str:
    return "\n".join(
        "".join(piece.text for piece in line) for passage in passages for line in passage.paragraphs
    )


def test_the_whole_text_is_kept_in_order() -> None:
    shown = view.passages(TEXT, UNITS, [])
    assert words(shown) == TEXT
    assert [passage.anchor for passage in shown] == [None, "dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", None]
    assert [passage.depth for passage in shown] == [0, 0, 1, 1, 0]


@given(st.sets(st.integers(0, len(TEXT)), max_size=8))
def test_no_cutting_loses_a_word(cuts: set[int]) -> None:
    bounds = sorted(cuts)
    units = [Unit(f"doan-{i}", None, "doan", "", "", a, b) for i, (a, b) in enumerate(pairwise(bounds))]
    shown = [unit for unit in units if TEXT[unit.start : unit.end].strip()]
    letters = "".join(words(view.passages(TEXT, shown, [])).split())
    assert letters == "".join(TEXT.split())


def test_the_question_is_marked_also_without_diacritics() -> None:
    shown = view.passages(TEXT, UNITS, [], marker(parse("quy che"), {}))
    marked = [piece.text for passage in shown for line in passage.paragraphs for piece in line if piece.match]
    assert " ".join(marked).split() == ["Quy", "chế"]


def test_a_text_that_was_not_stored_clean_is_cut_and_marked_at_the_right_words() -> None:
    # Texts that were read before some invisible characters were dropped still contain them. Provisions have offsets in
    # the stored text, matches and citations in the cleaned line.
    lines = ("\u2714\ufe0f\u3164 SỞ GIÁO DỤC", "Điều 1. Ph\ufe0fạm vi của quy\u3164 chế", "Theo 30/2020/NĐ-CP \u2714\ufe0f hết")
    starts = [sum(len(line) + 1 for line in lines[:place]) for place in (1, 2, 3)]
    units = [Unit("dieu-1", None, "dieu", "Điều 1", "", starts[0], starts[1] - 1)]
    cited = Cited("30/2020/NĐ-CP", "", 7, "Nghị định 30/2020/NĐ-CP", ("30/2020/NĐ-CP",))
    shown = view.passages("\n".join(lines), units, [cited], marker(parse('"phạm vi" hết'), {}))
    assert words(shown) == "\u2714 SỞ GIÁO DỤC\nĐiều 1. Phạm vi của quy chế\nTheo 30/2020/NĐ-CP \u2714 hết"
    pieces = [piece for passage in shown for line in passage.paragraphs for piece in line]
    assert [piece.text for piece in pieces if piece.match] == ["Phạm vi", "hết"]
    assert [piece.text for piece in pieces if piece.cited] == ["30/2020/NĐ-CP"]
    assert [passage.anchor for passage in shown] == [None, "dieu-1", None]


def test_a_citation_stands_at_its_number() -> None:
    cited = Cited("Căn cứ Nghị định số 30/2020/NĐ-CP", "", 7, "Nghị định 30/2020/NĐ-CP", ("30/2020/NĐ-CP",))
    pieces = [
        piece
        for passage in view.passages(TEXT, UNITS, [cited])
        for line in passage.paragraphs
        for piece in line
    ]
    assert [piece.text for piece in pieces if piece.cited] == ["30/2020/NĐ-CP"]


def test_the_outline_names_articles_not_clauses() -> None:
    assert [item.anchor for item in view.outline(UNITS)] == ["dieu-1"]


def test_an_excerpt_keeps_the_words_of_facts_and_says_where_it_leaves_out() -> None:
    text = "\n".join([*(f"dòng {n}" for n in range(200)), "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "hết"])
    shown = excerpt.excerpt(text, {"recipients": "- Như trên; - Lưu: VT."})
    assert None in shown
    assert _facts(shown) == [(("recipients",), "- Như trên;"), (("recipients",), "- Lưu: VT.")]


def test_two_facts_may_share_words_and_the_signature_is_looked_for_at_the_end() -> None:
    text = "GIÁM ĐỐC SỞ\nTỉnh Mẫu, ngày 05 tháng 02 năm 2024\nGIÁM ĐỐC"
    place = "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024"
    shown = excerpt.excerpt(text, {"issued_on": place, "place": place, "position": "GIÁM ĐỐC"})
    assert _facts(shown) == [(("issued_on", "place"), place), (("position",), "GIÁM ĐỐC")]
    assert shown[0] == (view.TextRun("GIÁM ĐỐC SỞ"),)


def _facts(shown: tuple[tuple[view.TextRun, ...] | None, ...]) -> list[tuple[tuple[str, ...], str]]:
    return [(piece.fields, piece.text) for line in shown if line for piece in line if piece.fields]


def _marked(text: str, *cited: Cited) -> list[str]:
    shown = view.passages(text, [], cited)
    return [piece.text for passage in shown for line in passage.paragraphs for piece in line if piece.cited]


def test_every_mention_of_a_number_is_marked_and_the_longer_one_wins() -> None:
    short, long = Cited("", "", 1, "A", ("1/2020/QĐ",)), Cited("", "", 2, "B", ("1/2020/QĐ-UBND",))
    text = "Theo 1/2020/QĐ-UBND, 1/2020/QĐ và lại 1/2020/QĐ-UBND; không phải 11/2020/QĐ."
    assert _marked(text, short, long) == ["1/2020/QĐ-UBND", "1/2020/QĐ", "1/2020/QĐ-UBND"]


def test_the_number_is_marked_rather_than_the_name_or_the_quote() -> None:
    cited = Cited("Luật Đất đai số 31/2024/QH15 ngày", "", 1, "A", ("31/2024/QH15", "Luật Đất đai"))
    assert _marked("Căn cứ Luật Đất đai số 31/2024/QH15;", cited) == ["31/2024/QH15"]
    assert _marked("Luật Đất đai quy định", cited) == ["Luật Đất đai"]
    assert _marked("theo lời trích này", Cited("lời trích", "", 1, "A", ("9/2020/NĐ-CP",))) == ["lời trích"]


@given(st.integers(1, 12), st.integers(0, 40))
def test_parts_hold_the_whole_text_once(count: int, extra: int) -> None:
    lines = [f"Điều {n}. " + "chữ " * (n * 7 % 23 + extra) for n in range(40)]
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(40)]
    units = [Unit(f"dieu-{n}", None, "dieu", f"Điều {n}", "", starts[n], starts[n] + len(lines[n])) for n in range(40)]
    parts = text_parts.cut(text, units, count * text_parts.WHOLE // text_parts.CITATION_COST)
    shown = [view.passages(text, units, [], part=range(part.start, part.end)) for part in parts]
    assert "".join("".join(map(words, shown)).split()) == "".join(text.split())
    anchors = [passage.anchor for some in shown for passage in some if passage.anchor]
    assert anchors == [unit.anchor for unit in units] and len(parts) > 1
    for unit in units:
        no = text_parts.holding(parts, units, unit.anchor)
        assert unit.anchor in {passage.anchor for passage in shown[no - 1]}
    items = [item.anchor for part in parts for item in view.outline(units, range(part.start, part.end))]
    assert items == anchors


def test_a_text_that_fits_a_page_has_one_part() -> None:
    (part,) = text_parts.cut(TEXT, UNITS, 3)
    assert (part.start, part.end) == (0, len(TEXT) + 1)


def test_a_text_without_lines_and_words_is_cut_too() -> None:
    text = "x" * (2 * text_parts.WHOLE)
    parts = text_parts.cut(text, [], 0)
    assert len(parts) == -(-len(text) // text_parts.PART)
    assert "".join(text[part.start : part.end] for part in parts) == text


def test_looking_for_citations_costs_no_more_where_there_are_many() -> None:
    def calls(number: int) -> int:
        cited = [Cited(f"Quyết định số {n}/2020/QĐ-UBND", "", None, None, (f"{n}/2020/QĐ-UBND",)) for n in range(number)]
        text = "\n".join(f"Theo Quyết định số {n}/2020/QĐ-UBND." for n in range(number))
        return steps(lambda: view.passages(text, [], cited))

    assert calls(400) < 5 * calls(100)
