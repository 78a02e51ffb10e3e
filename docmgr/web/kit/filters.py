"""Template filters that format dates, times, numbers and sizes, and the main menu of the site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale, lazy_gettext, lazy_pgettext, ngettext

from docmgr import policy
from docmgr.models import Folder
from docmgr.services.documents import references
from docmgr.services.folders import abilities
from docmgr.services.planning import plans
from docmgr.web.kit import guard, many, words
from docmgr.web.kit.addresses import with_args
from legaltext import dates


@dataclass(frozen=True)
class MenuItem:
    """One entry of the main menu. Only people who are allowed the action `action` see the entry. `rooms` are
    names of blueprints; the entry is highlighted on their pages."""

    endpoint: str
    label: str
    action: str
    rooms: tuple[str, ...]


MENU = (
    MenuItem("desk.index", lazy_gettext("Chờ tôi xử lý"), "account:own", ("desk", "delegations", "unit_waiting")),
    MenuItem(
        "folders.index",
        lazy_pgettext("số nhiều", "Văn bản"),
        "document:read",
        ("folders", "documents", "facts", "relations", "sharing", "effects", "compare", "uploads", "bin", "flow", "holds", "share_links", "receipts", "comments", "checkout", "versions", "copies", "layout", "many_facts", "many_rights", "steps", "undoing", "slips", "publications"),
    ),
    MenuItem("recent.index", lazy_gettext("Mới tải lên"), "document:read", ("recent",)),
    MenuItem("plans.index", lazy_pgettext("số nhiều", "Kế hoạch"), "plan:read", ("plans", "tasks", "task_evidence", "occurrences", "calendar", "obligations", "plan_reports", "plan_drafts", "task_sheets", "task_steps", "work_moves", "plan_views", "matrix")),
    MenuItem(
        "inspections.index",
        lazy_gettext("Kiểm tra"),
        "inspection:read",
        ("inspections", "findings", "recommendations", "followed", "checks", "checklists", "inspected", "planned", "inspection_papers"),
    ),
    MenuItem("conferences.index", lazy_gettext("Hội nghị"), "plan:read", ("conferences", "conference_votes", "conference_papers", "conference_rules")),
    MenuItem("cases.index", lazy_pgettext("số nhiều", "Hồ sơ"), "case:read", ("cases", "case_contents", "disposal", "handovers")),
    MenuItem("registers.outgoing", lazy_gettext("Sổ văn bản"), "register:read", ("registers", "numbering", "register_reports")),
    MenuItem("openness.index", lazy_gettext("Công khai"), "document:read", ("openness",)),
    MenuItem("consultations.index", lazy_gettext("Lấy ý kiến"), "document:read", ("consultations", "consultation_people", "opinions")),
    MenuItem("sees.index", lazy_gettext("Ai xem được gì"), "right:look", ("sees",)),
    MenuItem("trail.index", lazy_gettext("Nhật ký"), "trail:read", ("trail", "tombstones", "gaps")),
    MenuItem("agency.show", lazy_gettext("Cơ quan"), "agency:manage", ("agency", "first_run", "imports", "publication_rules", "consultation_rules")),
    MenuItem("people.index", lazy_gettext("Người dùng"), "people:manage", ("people", "groups", "local_roles", "site_roles")),
    MenuItem("units.index", lazy_pgettext("số nhiều", "Đơn vị"), "people:manage", ("units",)),
    MenuItem("series.index", lazy_gettext("Dãy số"), "series:manage", ("series",)),
    MenuItem("workflows.index", lazy_gettext("Quy trình"), "workflow:choose", ("workflows",)),
    MenuItem("terms.index", lazy_gettext("Nhãn, lĩnh vực"), "term:manage", ("terms",)),
    MenuItem("own_fields.index", lazy_gettext("Trường riêng"), "field:manage", ("own_fields",)),
    MenuItem("paper_forms.index", lazy_gettext("Mẫu giấy tờ"), "paper_template:manage", ("paper_forms",)),
    MenuItem("abbreviations.index", lazy_gettext("Từ viết tắt"), "abbreviation:manage", ("abbreviations", "everyday_words")),
    MenuItem("health.index", lazy_gettext("Tình trạng"), "health:read", ("health",)),
)


def init_app(app: Flask) -> None:
    """Register the filters, and the functions and tables that templates use."""
    app.jinja_env.filters.update(
        day=day, typed_day=typed_day, moment=moment, utc=utc, size=size, number=number, titled=plans.titled,
        subject_beside=references.subject_beside,
    )
    app.jinja_env.globals.update(menu=menu, counted=counted, days_since=days_since, may_upload=may_upload, among=many.among)
    app.jinja_env.globals.update(link=link, with_args=with_args, policy=policy, at=at, folder_places=folder_places)
    words.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def menu() -> list[tuple[MenuItem, str, bool]]:
    """List the menu entries that the person of this request may use. Returns (entry, address, current)
    triples; `current` says whether the current page belongs to the entry. The frame asks twice, for the wide and for the
    narrow window."""
    if "menu" not in g:
        here = (request.endpoint or "").split(".")[0]
        items = [item for item in MENU if item.endpoint in current_app.view_functions and guard.may(item.action)]
        g.menu = [(item, url_for(item.endpoint), here in item.rooms) for item in items]
    found: list[tuple[MenuItem, str, bool]] = g.menu
    return found


def link(endpoint: str, **values: Any) -> str | None:
    """Build the address of an endpoint, as `url_for` does. Returns None when the site has no such
    endpoint."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def at(endpoint: str, words: str | None = None, **values: Any) -> tuple[str, str]:
    """Make one place of the breadcrumbs, (address, words). Without `words` it is named as in the main menu."""
    named = words or next(str(item.label) for item in MENU if item.endpoint == endpoint)
    return url_for(endpoint, **values), named


def folder_places(path: Sequence[Folder]) -> list[tuple[str, str]]:
    """Make the places of the breadcrumbs for the folders of a path, the outermost first."""
    return [(url_for("folders.show", folder_id=folder.id), folder.name) for folder in path]


def may_upload() -> bool:
    """Whether the person of this request may upload into at least one folder. A role that allows uploading
    is not enough: some folder must also give the right to edit."""
    return abilities.may_add(guard.actor())


def days_since(day: dt.date) -> int:
    """Count the days from `day` until today in Vietnam: 1 for yesterday."""
    return (dates.today() - day).days


def day(value: dt.date | None) -> str:
    """Format a day as 05/02/2024; "" for None. A datetime is first converted to Vietnam's time."""
    return dates.printed(value)


def typed_day(value: str | dt.date | None) -> str:
    """Write a date, or a text in ISO 8601, as 05/02/2024 for a date field of a form. Any other text stays as
    it was typed. None gives ""."""
    return dates.printed(value)


def moment(value: dt.datetime | None) -> str:
    """Format the date and time in Vietnam as 05/02/2024 14:05; "" for None."""
    return dates.printed_moment(value)


def utc(value: dt.datetime | None) -> str:
    """Format the time in UTC as 2024-02-05T07:05:00Z, for the `datetime` attribute of HTML; "" for None."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def number(value: int) -> str:
    """Format a whole number with separators between thousands: 1.204 in Vietnamese, 1,204 in English."""
    text = f"{value:,}"
    return text if _english() else text.replace(",", ".")


def counted(text: str, count: int, **values: str) -> str:
    """Translate `text` in the plural form for `count`. The placeholder %(n)s is replaced by the count, and
    the other placeholders by `values`."""
    return ngettext(text, text, count, n=number(count), **values)


def size(value: int) -> str:
    """Format a file size, given in bytes, in B, kB, MB or GB (powers of 1000)."""
    if value < 1000:
        return f"{value} B"
    if value < 1_000_000:
        return f"{value // 1000} kB"
    text = f"{value / 1e6:.1f} MB" if value < 1e9 else f"{value / 1e9:.1f} GB"
    return text if _english() else text.replace(".", ",")


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"
