"""The trail (Nhật ký): the events of the whole site or of one document, filtered by the parameters of the
address, as a page or as a file."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from docmgr import collation
from docmgr.keys import whole
from docmgr.services.access import guard
from docmgr.services.trail import export as trail_export
from docmgr.services.trail import history, log
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.audit import days, folding, groups, life
from docmgr.services.trail.history import Filter
from docmgr.web.kit import addresses
from docmgr.web.kit.guard import actor, requires
from docmgr.web.kit.inputs import page_number
from docmgr.web.kit.sending import attachment
from docmgr.web.trail import lines
from legaltext import dates
from legaltext.text import clean_line

blueprint = Blueprint("trail", __name__)

NOUNS = {
    "document": "Văn bản", "version": "Phiên bản", "file": "Tệp", "comment": "Ý kiến", "relation": "Quan hệ", "folder": "Thư mục",
    "search": "Tìm kiếm", "plan": "Kế hoạch", "task": "Nhiệm vụ", "obligation": "Nhiệm vụ đề xuất", "occurrence": "Kỳ thực hiện", "precondition": "Việc phải xong trước", "extension": "Gia hạn", "feed": "Lịch riêng", "inspection": "Kiểm tra", "check": "Nội dung kiểm tra", "checklist": "Danh mục kiểm tra", "planned_inspection": "Kế hoạch kiểm tra", "conference": "Hội nghị", "conference_rule": "Quy tắc về hội nghị", "finding": "Phát hiện",
    "recommendation": "Kiến nghị", "link": "Liên kết", "share_link": "Liên kết chia sẻ", "receipt": "Xác nhận đã đọc", "publication": "Công khai", "consultation": "Lấy ý kiến", "session": "Phiên làm việc", "person": "Người dùng",
    "unit": "Đơn vị", "register": "Sổ văn bản", "series": "Dãy số", "case": "Hồ sơ", "disposal": "Danh mục hết thời hạn", "handover": "Gói giao nộp", "term": "Nhãn, lĩnh vực", "group": "Nhóm", "local_role": "Vai trò trên thư mục, văn bản", "site_role": "Vai trò của cơ quan", "field": "Trường riêng", "workflow": "Quy trình", "delegation": "Ủy quyền", "checkout": "Giữ để sửa", "abbreviation": "Từ viết tắt", "everyday": "Từ thường ngày", "trail": "Nhật ký", "site": "Hệ thống", "agency": "Cơ quan", "calendar": "Lịch làm việc", "paper_template": "Mẫu giấy tờ", "start": "Bước đầu", "index": "Chỉ mục",
}  # fmt: skip

# How the page of a document shows readings, besides folded.
READINGS = {"": "Gộp lại", "each": "Từng lần", "hide": "Ẩn"}


@blueprint.get("/trail")
@requires("trail:read")
def index() -> str | Response:
    """Show the events of the whole site that the person may see."""
    wanted = parse_filter(request.args)
    events, total = history.find(actor(), wanted, page=_page())
    if away := addresses.past_the_end(_page(), total, history.PAGE_SIZE):
        return away
    return _render(wanted, trail_words.by_day(events, gettext), total, history.choices(actor()), bars=days.bars(actor(), wanted))


@blueprint.get("/documents/<int:document_id>/trail")
@requires("document:read")
def document(document_id: int) -> str | Response:
    """Show the events of one document. Only auditors and people who may edit the document see who has read
    it. The parameter `readings` is "each" for readings one by one, or "hide"; otherwise they are folded."""
    wanted = replace(parse_filter(request.args), document_id=document_id)
    told, rows, total = _of_document(document_id, wanted)
    if away := addresses.past_the_end(_page(), rows, history.PAGE_SIZE):
        return away
    choices = history.choices(actor(), document_id)
    shown = guard.get(actor(), document_id)
    readings = guard.may_see_readings(actor(), document_id)
    more = {"bars": days.bars(actor(), wanted, of_document=True), "steps": life.of_document(actor(), document_id), "rows": rows, "reading": _reading()}
    return _render(wanted, told, total, choices, document=shown, readings=readings, **more)


def _of_document(document_id: int, wanted: Filter) -> tuple[list[trail_words.Day] | list[lines.FoldedDay], int, int]:
    """One page of the events of a document by day, the number of rows on all pages, and the number of events in them."""
    if _reading() == "each":
        events, total = history.of_document(actor(), document_id, wanted, page=_page())
        return trail_words.by_day(events, gettext), total, total
    folded = folding.of_document(actor(), document_id, wanted, page=_page(), hide=_reading() == "hide")
    return lines.by_day(folded.rows), folded.total, folded.events


def _reading() -> str:
    asked = request.args.get("readings", "")
    return asked if asked in READINGS else ""


def _render(wanted: Filter, told: Sequence[trail_words.Day | lines.FoldedDay], total: int, choices: history.Choices, **more: object) -> str:
    return render_template(
        "trail/index.html",
        wanted=wanted,
        who=request.args.get("who", ""),
        days=told,
        total=total,
        groups=groups.GROUPS,
        chosen=[key for key in request.args.getlist("group") if key in groups.GROUPS],
        units=days.UNITS,
        ways=READINGS,
        page_no=_page(),
        per_page=history.PAGE_SIZE,
        choices=choices,
        actions=_actions({*choices.actions, wanted.action}),
        vias=log.VIAS,
        programs=[(via, gettext(log.VIAS[via])) for via in ("cli", "worker")],
        filtered=wanted != Filter(document_id=wanted.document_id),
        **{"document": None, "readings": True, "steps": (), "rows": total, "reading": "", **more},
    )


def _actions(offered: set[str | None]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Group the actions that the filter of the trail offers by what they act on, such as "Văn bản"
    (document). `offered` are the codes of the actions; None among them is ignored. Returns (what they act
    on, [(code, words), …]) pairs in alphabetical order."""
    labels = {code: words for code, words in log.ACTION_LABELS.items() if code in offered}
    rows = [(NOUNS[code.split(":")[0]], code, words) for code, words in labels.items()]
    return [
        (noun, [(code, words) for _noun, code, words in group])
        for noun, group in itertools.groupby(sorted(rows, key=lambda row: (collation.key(row[0]), row)), key=lambda row: row[0])
    ]


def _page() -> int:
    return min(page_number(request.args), 100_000)


def parse_filter(args: Mapping[str, str]) -> Filter:
    """Read the filter of the trail from the parameters of an address; invalid values are ignored. The
    parameter `who` is the id of a person, "cli" or "worker"; `group` may be given several times."""
    who = args.get("who", "")
    return Filter(
        actor_id=whole(who),
        via=who if who in {"cli", "worker"} else None,
        action=args.get("action") if args.get("action") in log.ACTION_LABELS else None,
        since=_day(args.get("since")),
        until=_day(args.get("until")),
        document_id=whole(args.get("document")),
        unit_id=whole(args.get("unit")),
        about=clean_line(args.get("about") or "")[:200] or None,
        actions=groups.actions_of(args.getlist("group")) if isinstance(args, MultiDict) else (),
    )


def _day(text: str | None) -> dt.date | None:
    try:
        day = dates.parse(text or "")
    except ValueError:
        return None
    return day if day.year > 1 else None


@blueprint.post("/trail/export")
@requires("trail:read")
def export() -> Response:
    """Send the filtered trail as a CSV or XLSX file (the field `form` names the format). It is a POST,
    because the export is recorded as an event."""
    return _file(trail_export.export(actor(), parse_filter(request.form), request.form.get("form", "")))


@blueprint.post("/documents/<int:document_id>/trail/export")
@requires("document:read")
def export_document(document_id: int) -> Response:
    """Send the filtered trail of one document as a CSV or XLSX file (the field `form` names the format)."""
    wanted = parse_filter(request.form)
    return _file(trail_export.export(actor(), wanted, request.form.get("form", ""), document_id=document_id))


def _file(made: trail_export.TrailExport) -> Response:
    return attachment(made.name, made.media_type, made.body)
