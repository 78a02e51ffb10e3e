"""What the product writes in the layout of the Decree passes its own checker; formats that come from styles, defaults and themes count."""

from __future__ import annotations

import datetime as dt
import io

import docx
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from docmgr.writing import minutes_docx, slips_docx
from docmgr.writing.layout import sheet
from docmgr.writing.layout.check import MOST_LETTERS, MOST_PLACES, check
from docmgr.writing.layout.rules import HEADING
from docmgr.writing.minutes import Minutes
from docmgr.writing.slips import Slip, SlipPart
from legaltext import dates
from tests.writing.layout.good_papers import DAY, LONG, OpenPaper, plan

DATES = [rule for rule in HEADING if rule.key.startswith("date.") and rule.key not in ("date.size", "date.italic")]
MINUTES = Minutes("Sở Giáo dục", "Trần A", "Văn phòng", "Hồ sơ năm 2024", "2024", 3, 12, DAY)
OPINIONS = (SlipPart("Ý kiến của lãnh đạo", (("Giao Phòng A.", "Ngày 05/02/2026, Trần B"),)), SlipPart("Ý kiến khác", ()))


def keys(data: bytes) -> list[str]:
    return [one.rule.key for one in check(docx.Document(io.BytesIO(data)))]


def test_the_minutes_of_a_hand_over_and_the_slip_break_no_rule() -> None:
    assert keys(minutes_docx.to_docx(MINUTES)) == []
    assert keys(slips_docx.to_docx(Slip("Sở Giáo dục", DAY, (("Số đến", "15"), ("Trích yếu", "Về việc báo cáo")), OPINIONS))) == []


@settings(max_examples=25, deadline=None)
@given(st.dates(min_value=dt.date(1946, 1, 1), max_value=dt.date(2100, 12, 31)))
def test_a_day_in_words_breaks_no_rule_and_without_its_zeros_it_does(day: dt.date) -> None:
    paper = OpenPaper(plan())
    paper.write(dates.written_out(DAY), dates.written_out(day))
    assert check(paper.document, DATES) == []
    bare = f"ngày {day.day} tháng {day.month} năm {day.year}"
    paper.write(dates.written_out(day), bare)
    found = check(paper.document, DATES)
    wrong = (day.day < 10) + (day.month < 3)
    assert [(one.rule.key, one.total) for one in found] == ([("date.zero", wrong)] if wrong else [])


def test_a_size_from_a_style_or_the_defaults_counts() -> None:
    paper = OpenPaper(plan())
    paper.document.styles["Normal"].font.size = Pt(12)
    found = {one.rule.key: one for one in check(paper.document)}
    # What sets its own size is untouched.
    assert {"body.size", "basis.size"} <= found.keys() and not {"state.size", "motto.size", "recipient.size"} & found.keys()
    assert found["body.size"].places[0].found == "cỡ chữ 12"


def test_the_defaults_of_the_document_count_last_and_the_place_is_the_number_of_the_paragraph_with_words() -> None:
    paper = OpenPaper(plan())
    normal, styles = paper.document.styles["Normal"].element, paper.document.styles.element
    normal.rPr.remove(normal.rPr.find(sheet.qn("w:sz")))
    defaults = styles.find(f"{sheet.qn('w:docDefaults')}/{sheet.qn('w:rPrDefault')}/{sheet.qn('w:rPr')}")
    defaults.find(sheet.qn("w:sz")).set(sheet.qn("w:val"), "25")
    (found,) = [one for one in check(paper.document) if one.rule.key == "addressee.size"]
    # Nine lines of the heading, among them blank rules that do not count.
    assert (found.places[0].found, found.places[0].paragraph) == ("cỡ chữ 12,5", 9)


def test_the_font_of_a_theme_counts() -> None:
    paper = OpenPaper(plan())
    fonts = paper.document.styles["Normal"].element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    fonts.set(sheet.qn("w:asciiTheme"), "minorHAnsi")
    (found,) = [one for one in check(paper.document) if one.rule.key == "font.name"]
    assert found.places[0].found == "phông chữ Cambria"


def test_capitals_by_format_are_capitals_and_blank_numbers_and_days_are_no_deviation() -> None:
    paper = OpenPaper(plan())
    paper.write("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Sở Giáo dục và Đào tạo")
    paper.look("Sở Giáo dục và Đào tạo", all_caps=True)
    paper.write("05/KH", "      /KH")
    paper.write("ngày 05", "ngày     ")
    assert check(paper.document) == []


def test_many_places_of_one_rule_are_counted_and_the_first_are_listed() -> None:
    paper = OpenPaper(plan())
    for _ in range(MOST_PLACES + 5):
        paper.at("1. Các đơn vị").insert_paragraph_before(LONG)
    (found,) = [one for one in check(paper.document) if one.rule.key == "body.justified"]
    assert found.total == MOST_PLACES + 5 and len(found.places) == MOST_PLACES
    assert [one.paragraph for one in found.places] == sorted(one.paragraph or 0 for one in found.places)


def test_what_a_file_says_of_any_length_is_cut() -> None:
    paper = OpenPaper(plan())
    paper.look("1. Các đơn vị", name="A" * 200_000)
    (found,) = [one for one in check(paper.document) if one.rule.key == "font.name"]
    assert len(found.places[0].found) == MOST_LETTERS and found.places[0].found.endswith("A…")


def test_a_size_of_nothing_and_a_year_without_end_are_deviations_and_no_fault() -> None:
    paper = OpenPaper(plan())
    paper.write("năm 2026", "năm 20240000000000")
    paper.size("1. Các đơn vị", 0)
    paper.at("1. Các đơn vị").paragraph_format.line_spacing = Pt(17)
    assert {one.rule.key for one in check(paper.document)} == {"date.real", "body.size"}


def test_a_lowest_height_of_lines_is_no_height() -> None:
    paper = OpenPaper(plan())
    spacing = paper.at("1. Các đơn vị").paragraph_format
    spacing.line_spacing = Pt(12)
    assert [one.rule.key for one in check(paper.document)] == ["body.lines"]
    spacing.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    assert check(paper.document) == []
    spacing.line_spacing = Pt(40)
    spacing.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    assert [one.rule.key for one in check(paper.document)] == ["body.lines"]


def test_an_annex_by_itself_has_no_heading_and_an_empty_file_lacks_all() -> None:
    document = docx.Document(io.BytesIO(plan()))
    for element in list(document.element.body)[:-1]:
        element.getparent().remove(element)
    assert {"state.present", "agency.present", "recipients.present"} <= {one.rule.key for one in check(document)}
    document.add_paragraph("Phụ lục I")
    assert {one.rule.key for one in check(document)} == {"annex.size", "annex.bold", "annex.centred", "reference.present"}
