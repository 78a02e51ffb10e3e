"""Forms of papers: those to start from make the program's own papers, and a form says nothing but fields, loops and conditions."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from docmgr.writing.conferences import papers_docx
from docmgr.writing.layout.check import check
from docmgr.writing.own_forms import filling, sources
from docmgr.writing.own_forms.fields import Field
from docmgr.writing.own_forms.filling import Faulty
from docmgr.writing.own_forms.papers import PAPERS
from docmgr.writing.reports import incoming_docx, inspection_docx, plan_report_docx, unit_plan_docx
from tests.filling.keeping.paper_forms import changed, form, words

BUILT_IN = {
    "inspection_minutes": inspection_docx.minutes, "inspection_notice": inspection_docx.notice, "plan_report": plan_report_docx.to_docx,
    "unit_plan": unit_plan_docx.to_docx, "conference_invitation": papers_docx.invitation, "conference_minutes": papers_docx.minutes,
    "conference_resolution": papers_docx.resolution, "incoming_report": incoming_docx.to_docx,
}  # fmt: skip
PART = Field("ten", "Tên"), Field("viec", "Các việc", (Field("ten", "Tên việc"),))
FIELDS = (Field("co_quan", "Tên cơ quan"), Field("dong", "Các dòng", ()), Field("phan", "Các phần", PART))
VALUES: dict[str, Any] = {"co_quan": "Sở A & <B>", "dong": ["một", "hai"], "phan": [{"ten": "I", "viec": [{"ten": "x"}, {"ten": "y"}]}]}


def filled(*lines: str, values: dict[str, Any] = VALUES) -> list[str]:
    return words(filling.fill(form(*lines), FIELDS, values))


def faults(*lines: str) -> list[tuple[str, str]]:
    with pytest.raises(Faulty) as told:
        filling.fill(form(*lines), FIELDS, VALUES)
    return [(one.code, one.what) for one in told.value.faults]


@pytest.mark.parametrize("key", PAPERS)
def test_the_form_to_start_from_makes_the_paper_of_the_program(key: str) -> None:
    paper = PAPERS[key]
    made = sources.noted(filling.fill(paper.starter(), paper.fields, paper.sample_values()))
    own = BUILT_IN[key](paper.sample())  # type: ignore[operator]
    # What the program draws as a line is a row of underscores in a form, as long as the words above it ask for.
    assert [line for line in words(made) if line.strip("_")] == words(own)
    assert not check(docx.Document(io.BytesIO(made)))
    notes = [[part.blob.count(b"<w:footnote w:id") for part in docx.Document(io.BytesIO(data)).part.package.iter_parts() if part.partname.endswith("footnotes.xml")] for data in (made, own)]
    assert notes[0] == notes[1]


def test_every_field_is_made_and_has_a_meaning() -> None:
    for key, paper in PAPERS.items():
        values = paper.sample_values()
        assert sorted(field.name for field in paper.fields) == sorted(values), key
        for field in paper.fields:
            assert isinstance(values[field.name], list) == (field.parts is not None), (key, field.name)
            for one in values[field.name] if field.parts else ():
                assert sorted(part.name for part in field.parts or ()) == sorted(one), (key, field.name)
        assert all(one.example or one.loop for one in paper.shown_fields()), key


def test_values_are_words_and_never_xml_or_a_form() -> None:
    hostile = {**VALUES, "co_quan": "</w:t></w:r><w:p/>{{ dong }}\x00{% if %}"}
    assert filled("{{ co_quan }}") == ["Sở A & <B>"]
    assert filled("{{ co_quan }}", values=hostile) == ["</w:t></w:r><w:p/>{{ dong }}\ufffd{% if %}"]


def test_loops_conditions_and_filters() -> None:
    assert filled("{%p for d in dong %}", "{{ loop.index }}. {{ d|upper }}", "{%p endfor %}") == ["1. MỘT", "2. HAI"]
    assert filled("{% for p in phan %}{{ p.ten }}{% for v in p.viec %} {{ v.ten }}{% endfor %}{% endfor %}") == ["I x y"]
    assert filled("{% for d in dong %}{{ loop.first }} {% endfor %}và {{ co_quan }}", values={**VALUES, "co_quan": None}) == ["có không và "]
    short, long = filled("{{ co_quan|upper|ke }}", "{{ co_quan|ke }}{{ co_quan|ke }}")
    assert set(short + long) == {"_"} and 4 < len(short) < len(long) and filled("{{ co_quan|ke }}", values={**VALUES, "co_quan": None}) == []
    assert filled("{%p if not dong %}", "không", "{%p else %}", "có {{ dong|length }}", "{%p endif %}") == ["có 2"]


@pytest.mark.parametrize(
    ("line", "code", "what"),
    [
        ("{{ khong_co }}", "unknown", "khong_co"),
        ("{% if not dong %}{{ an }}{% endif %}", "unknown", "an"),
        ("{% for p in phan %}{{ p.so }}{% endfor %}", "unknown", "p.so"),
        ("{{ phan.ten }}", "unknown", "phan.ten"),
        ("{{ dong }}", "list", "dong"),
        ("{{ phan|upper }}", "list", "phan"),
        ("{{ phan or co_quan }}", "list", "phan"),
        ("{% for p in phan %}{{ p }}{% endfor %}", "record", "p"),
        ("{% for p in phan %}{% else %}{{ p.ten }}{% endfor %}", "unknown", "p.ten"),
        ("{% if co_quan > 1 %}x{% endif %}", "forbidden", ">"),
        ("{% for c in co_quan %}{{ c }}{% endfor %}", "no_list", "co_quan"),
        ("{{ ''.__class__ }}", "unknown", "….__class__"),
        ("{{ co_quan.__class__ }}", "unknown", "co_quan.__class__"),
        ("{{ co_quan.upper }}", "unknown", "co_quan.upper"),
        ("{{ cycler.__init__.__globals__ }}", "unknown", "cycler.__init__.__globals__"),
        ("{% for i in range(10**9) %}x{% endfor %}", "forbidden", "range(…)"),
        ("{{ 'a' * 1000000000 }}", "forbidden", "Mul"),
        ("{{ '%1000000000d' % 1 }}", "forbidden", "Mod"),
        ("{{ co_quan['x'] }}", "forbidden", "Getitem"),
        ("{{ lipsum() }}", "forbidden", "lipsum(…)"),
        ("{% set x = 1 %}", "forbidden", "set"),
        ("{% include 'a' %}", "forbidden", "include"),
        ("{% macro f() %}{% endmacro %}", "forbidden", "macro"),
        ("{{ co_quan|attr('upper') }}", "filter", "attr"),
        ("{{ co_quan|safe }}", "syntax", ""),
        ("{{ co_quan", "syntax", ""),
        ("{% for d in dong %}{{ d }}", "unclosed", ""),
        ("{% lap d in dong %}", "tag", "lap"),
    ],
)
def test_what_a_form_may_not_say(line: str, code: str, what: str) -> None:
    found = faults(line)
    assert code in [one for one, _ in found] or (code, what) == ("syntax", ""), found
    if what:
        assert (code, what) in found


def test_all_faults_are_told_with_the_text_around_them() -> None:
    with pytest.raises(Faulty) as told:
        filling.fill(form("Tên: {{ mot }}", "giữa", "Nơi: {{ hai }}"), FIELDS, VALUES)
    assert [(one.what, one.near) for one in told.value.faults] == [("mot", "Tên: {{ mot }}"), ("hai", "Nơi: {{ hai }}")]


def test_a_loop_that_ends_inside_a_table_is_refused() -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("{% for d in dong %}")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{% endfor %}"
    document.save(out)
    with pytest.raises(Faulty) as told:
        filling.fill(out.getvalue(), FIELDS, VALUES)
    assert [one.code for one in told.value.faults] == ["structure"]


@pytest.mark.parametrize("code", ["INCLUDEPICTURE http://x/a.png", "DDEAUTO cmd", "INCLUDETEXT a", "{{ co_quan }}"])
def test_fields_that_fetch_are_refused(code: str) -> None:
    field = f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code[:4]}</w:instrText></w:r><w:r><w:instrText>{code[4:]}</w:instrText></w:r></w:p>'
    data = changed(form("x"), {"word/document.xml": lambda xml: xml.replace(b"<w:body>", b"<w:body>" + field.encode())})
    with pytest.raises(Faulty):
        filling.fill(data, FIELDS, {**VALUES, "co_quan": "DDE x"})


def test_headers_are_filled_and_read() -> None:
    document, out = docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = "{{ co_quan }}"
    document.save(out)
    made = docx.Document(io.BytesIO(filling.fill(out.getvalue(), FIELDS, VALUES)))
    assert made.sections[0].header.paragraphs[0].text == "Sở A & <B>"
    document.sections[0].header.paragraphs[0].text = "{{ sai }}"
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(Faulty):
        filling.fill(out.getvalue(), FIELDS, VALUES)


def test_only_plain_values_reach_a_form() -> None:
    with pytest.raises(Faulty):
        filling.fill(form("{{ co_quan }}"), FIELDS, {**VALUES, "co_quan": object()})


def test_a_note_stands_where_its_mark_stood_or_in_parentheses() -> None:
    values = {**VALUES, "co_quan": f"Số{sources.mark('https://x.example')};"}
    made = docx.Document(io.BytesIO(sources.noted(filling.fill(form("{{ co_quan }} sau"), FIELDS, values))))
    assert made.paragraphs[0].text == "Số; sau"
    [notes] = [part for part in made.part.package.iter_parts() if part.partname.endswith("footnotes.xml")]
    assert b"https://x.example" in notes.blob
    own = io.BytesIO()
    made.save(own)
    assert "Số (Danh sách: y)" in words(sources.noted(changed(own.getvalue(), {"word/document.xml": lambda xml: xml.replace("Số".encode(), f"Số{sources.mark('y')}".encode())})))[0]


def test_a_note_takes_nothing_else_from_its_run_and_headers_have_none() -> None:
    document, out = docx.Document(), io.BytesIO()
    run = document.add_paragraph().add_run("Tổng")
    run.add_tab()
    run.add_text(f"12{sources.mark('https://x.example')}")
    document.sections[0].header.paragraphs[0].text = f"Đầu{sources.mark('y')}"
    document.save(out)
    made = docx.Document(io.BytesIO(sources.noted(out.getvalue())))
    assert made.paragraphs[0].text == "Tổng\t12" and made.sections[0].header.paragraphs[0].text == "Đầu (Danh sách: y)"
    assert any(b"https://x.example" in part.blob for part in made.part.package.iter_parts() if part.partname.endswith("footnotes.xml"))


@pytest.mark.parametrize(("code", "kept"), [('HYPERLINK "https://x.example/links/import"', True), ('HYPERLINK "a" LINK Excel', False)])
def test_an_address_that_people_follow_is_no_code_that_fetches(code: str, kept: bool) -> None:
    field = f"<w:p><w:r><w:instrText>{code}</w:instrText></w:r></w:p>"
    data = changed(form("x"), {"word/document.xml": lambda xml: xml.replace(b"<w:body>", b"<w:body>" + field.encode())})
    if kept:
        assert filling.fill(data, FIELDS, VALUES)
    else:
        with pytest.raises(Faulty):
            filling.fill(data, FIELDS, VALUES)
