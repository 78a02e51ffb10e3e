"""Write the invitation, the minutes and the resolution of a conference as DOCX, after the forms 1.13, 1.9 and 1.1 of Annex III of Decree
30/2020/NĐ-CP. What the record does not know stays dotted, to be written by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from docmgr.writing import sheets_docx
from docmgr.writing.conferences.conference import Ballot, ConferencePaper
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates

DOTS, LINE = "………………", "………………………………………………………………………"
STAFF = "cán bộ, công chức, viên chức và người lao động"
CLOSING = f"Cuộc họp kết thúc vào {DOTS} giờ {DOTS}, ngày {DOTS} tháng {DOTS} năm {DOTS}./."
GIVEN = f"Giao {DOTS} chủ trì, phối hợp với {DOTS} thực hiện {DOTS} trước ngày {DOTS}."
# The words that every paper of the kind has; a record without an agenda has these points.
AGENDA = (
    "Kiểm điểm việc thực hiện nghị quyết hội nghị trước và kế hoạch công tác trong năm",
    "Thảo luận, thống nhất kế hoạch công tác, phong trào thi đua năm tiếp theo",
    "Công khai các nội dung theo quy định; tham gia ý kiến vào các dự thảo quy chế",
    "Báo cáo hoạt động của Ban Thanh tra nhân dân",
    "Biểu quyết thông qua nghị quyết hội nghị",
)


def invitation(paper: ConferencePaper) -> bytes:
    """Write the invitation (giấy mời)."""
    document = sheets_docx.sheet("Giấy mời")
    sheets_docx.heading(document, _heading(paper, "        /GM"))
    sheets_docx.title(document, "Giấy mời", [f"Dự {named(paper)}"])
    for words in (
        f"{_unit(paper)} trân trọng kính mời: {LINE[:24]}",
        f"Tới dự: {_capital(named(paper))}.",
        f"Chủ trì: {paper.chair or LINE[:24]}",
        f"Thời gian: {moment(paper)}",
        f"Địa điểm: {paper.place or LINE[:24]}",
        "Nội dung:",
        *points(paper),
        "Đề nghị các đại biểu dự họp đầy đủ, đúng thành phần./.",
    ):
        sheets_docx.line(document, words)
    sheets_docx.end(document, SheetEnd(("- Như trên;", "- Lưu: VT."), ("THỦ TRƯỞNG ĐƠN VỊ",)))
    return sheets_docx.body(document)


def minutes(paper: ConferencePaper) -> bytes:
    """Write the minutes (biên bản) with the numbers of those who came and of the votes."""
    document = sheets_docx.sheet("Biên bản hội nghị")
    sheets_docx.heading(document, _heading(paper, "        /BB", paper.held_on))
    sheets_docx.title(document, "Biên bản", [_capital(named(paper))])
    for words in opening(paper):
        sheets_docx.line(document, words)
    for words in ballots(paper):
        sheets_docx.line(document, words)
    sheets_docx.line(document, CLOSING)
    sign_minutes(document)
    return sheets_docx.body(document)


def resolution(paper: ConferencePaper) -> bytes:
    """Write the skeleton of the resolution (nghị quyết)."""
    document = sheets_docx.sheet("Nghị quyết hội nghị")
    sheets_docx.heading(document, _heading(paper, "        /NQ", paper.held_on))
    sheets_docx.title(document, "Nghị quyết", [_capital(named(paper))])
    bases = [f"Căn cứ {paper.basis or LINE[:24]};", f"Căn cứ biên bản {named(paper)} {held(paper)}."]
    for words in bases:
        sheets_docx.line(document, words, italic=True)
    sheets_docx.line(document, "QUYẾT NGHỊ:", bold=True, centred=True)
    passed = [one for one in paper.ballots if one.passed]
    for number, ballot in enumerate(passed, start=1):
        sheets_docx.line(document, f"Điều {number}. {sentence(ballot.question)}", bold=True)
        sheets_docx.line(document, f"Hội nghị thông qua với {ballot.agree} người tán thành. Nội dung thực hiện:")
        sheets_docx.line(document, LINE)
    if not passed:
        sheets_docx.line(document, "Điều 1. Nội dung nghị quyết", bold=True)
        sheets_docx.line(document, LINE)
    sheets_docx.line(document, f"Điều {max(len(passed), 1) + 1}. Tổ chức thực hiện", bold=True)
    sheets_docx.line(document, GIVEN)
    sheets_docx.line(document, checked(every(paper)))
    present = f" với {paper.present} người dự" if paper.present is not None else ""
    sheets_docx.line(document, f"Nghị quyết này được {named(paper)} thông qua {held(paper)}{present}./.")
    sheets_docx.end(document, SheetEnd(("- ………………;", "- Lưu: VT."), ("TM. HỘI NGHỊ", "CHỦ TỌA")))
    return sheets_docx.body(document)


# Kind of paper → how its file is called, and what writes it.
KINDS: dict[str, tuple[str, Callable[[ConferencePaper], bytes]]] = {
    "invitation": ("giay-moi", invitation),
    "minutes": ("bien-ban", minutes),
    "resolution": ("nghi-quyet", resolution),
}


def every(paper: ConferencePaper) -> str:
    """Every how many months the resolution is checked, dotted where no rule says it."""
    return f"{paper.checked_every:02}" if paper.checked_every else DOTS


def checked(months: str) -> str:
    """The sentence of the resolution that has it checked."""
    return f"Định kỳ {months} tháng một lần, người đứng đầu đơn vị phối hợp với Công đoàn kiểm tra, đánh giá việc thực hiện nghị quyết và thông báo đến toàn thể {STAFF}."


def _heading(paper: ConferencePaper, number: str, day: dt.date | None = None) -> SheetHeading:
    return SheetHeading(paper.unit or DOTS, f"……………, {dates.written_out(day or paper.day)}", superior=paper.superior, number=number)


def sign_minutes(document: Any) -> None:
    """Add who signs as form 1.9 has it: the secretary above the recipients, the chair on the right."""
    sheets_docx.end(document, SheetEnd(("- ………………;", "- Lưu: VT, hồ sơ."), ("CHỦ TỌA",)))
    first = document.tables[-1].cell(0, 0).paragraphs[0]
    for words in ("THƯ KÝ", "(Chữ ký)", "", "", ""):
        paragraph = first.insert_paragraph_before()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(words)
        run.bold, run.italic, run.font.size = words.isupper(), words.startswith("("), Pt(13)


def opening(paper: ConferencePaper) -> Iterator[str]:
    """The first lines of the minutes."""
    yield f"Thời gian bắt đầu: {moment(paper)}"
    yield f"Địa điểm: {paper.place or LINE[:24]}"
    yield f"Thành phần tham dự: {STAFF} của {_unit(paper)}."
    yield f"Tổng số người được triệu tập: {_number(paper.invited)}; số người dự: {_number(paper.present)}; vắng mặt: {_absent(paper)}."
    if paper.present is not None and paper.quorum:
        told = "đủ" if paper.enough else "không đủ"
        yield f"Số người dự {told} để tiến hành hội nghị (ít nhất {paper.quorum} số người được triệu tập, theo {paper.basis})."
    yield f"Chủ trì (chủ tọa): {paper.chair or LINE[:24]}"
    yield f"Thư ký (người ghi biên bản): {paper.secretary or LINE[:24]}"
    yield "Nội dung (theo diễn biến cuộc họp):"
    yield from points(paper)
    yield "Ý kiến phát biểu:"
    yield LINE


def ballots(paper: ConferencePaper) -> Iterator[str]:
    """The lines of the minutes about the votes."""
    if not paper.ballots:
        yield f"Kết quả biểu quyết: {LINE[:24]}"
        return
    share = f" (thông qua khi quá {paper.passing} số người dự tán thành)" if paper.passing else ""
    yield f"Kết quả biểu quyết{share}:"
    for number, one in enumerate(paper.ballots, start=1):
        yield f"{number}. {sentence(one.question)} Tán thành: {one.agree}; không tán thành: {one.disagree}; ý kiến khác: {one.other}.{_blank(one, paper)} {_result(one)}"


def _blank(ballot: Ballot, paper: ConferencePaper) -> str:
    left = (paper.present or 0) - ballot.agree - ballot.disagree - ballot.other
    return f" Không biểu quyết: {left}." if left > 0 else ""


def _result(ballot: Ballot) -> str:
    return "Hội nghị thông qua." if ballot.passed else "Hội nghị không thông qua."


def points(paper: ConferencePaper) -> list[str]:
    """The points of the agenda as lines with their marks."""
    points = [one.strip().lstrip("-–•+ ").rstrip(" ;.") for one in paper.agenda or AGENDA]
    return [f"- {one}{'.' if place == len(points) else ';'}" for place, one in enumerate(points, start=1)]


def named(paper: ConferencePaper) -> str:
    """The name of the conference within a sentence."""
    kind = "" if paper.annual else "bất thường "
    return f"Hội nghị {STAFF} {kind}năm {paper.year}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def sentence(words: str) -> str:
    """Words with a mark at their end."""
    return words if words.endswith((".", "?", "!")) else words + "."


def _unit(paper: ConferencePaper) -> str:
    return paper.unit or DOTS


def moment(paper: ConferencePaper) -> str:
    """When the conference begins, dotted where that is not known."""
    hours, _, minutes_ = paper.starts_at.partition(":")
    time = f"{hours} giờ {minutes_}" if paper.starts_at else f"{DOTS} giờ {DOTS}"
    return f"{time}, {held(paper)}."


def held(paper: ConferencePaper) -> str:
    """The day of the conference, dotted where it is not known."""
    return dates.written_out(paper.held_on) if paper.held_on else f"ngày {DOTS} tháng {DOTS} năm {DOTS}"


def _number(value: int | None) -> str:
    return DOTS if value is None else str(value)


def _absent(paper: ConferencePaper) -> str:
    return DOTS if paper.invited is None or paper.present is None else str(paper.invited - paper.present)
