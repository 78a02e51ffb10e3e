"""The folders and series of numbers that agencies usually have under Decree 30/2020/NĐ-CP: incoming and outgoing
documents, those by type, case files (Articles 14 to 30); one series for each of the usual types, and one for all others
(Article 15). What a site has already is left alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from docmgr import db, policy
from docmgr.policy import Actor
from docmgr.services.folders import tree
from docmgr.services.registers import series as number_series
from docmgr.services.registers.series import SeriesInput

# Paths below the root folder.
FOLDERS = (
    "Văn bản đến",
    "Văn bản đi",
    "Văn bản đi/Quyết định",
    "Văn bản đi/Kế hoạch",
    "Văn bản đi/Báo cáo",
    "Văn bản đi/Tờ trình",
    "Văn bản đi/Thông báo",
    "Văn bản đi/Công văn",
    "Văn bản đi/Giấy mời",
    "Hồ sơ công việc",
    "Quy chế, quy định nội bộ",
    "Văn bản quy phạm pháp luật",
)
# Name → kind of register, and the types that it numbers; none stands for all others.
SERIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Văn bản đến": ("incoming", ()),
    "Văn bản đi": ("outgoing", ()),
    "Bản sao": ("copies", ()),
    "Quyết định": ("outgoing", ("Quyết định",)),
    "Kế hoạch": ("outgoing", ("Kế hoạch",)),
    "Báo cáo": ("outgoing", ("Báo cáo",)),
    "Tờ trình": ("outgoing", ("Tờ trình",)),
    "Thông báo": ("outgoing", ("Thông báo",)),
    "Công văn": ("outgoing", ("Công văn",)),
    "Giấy mời": ("outgoing", ("Giấy mời",)),
}


@dataclass(frozen=True)
class TemplateItem:
    """One folder or series of the template. `name` is a path of FOLDERS or a key of SERIES, and `there` says that the site
    has it already."""

    name: str
    there: bool


@dataclass(frozen=True)
class Template:
    """What the template would make. `may_file` says whether the actor may make folders in the root folder. `in_use` says
    that outgoing documents have numbers already: a new series would begin with 1 beside them."""

    folders: tuple[TemplateItem, ...]
    series: tuple[TemplateItem, ...]
    may_file: bool
    in_use: bool


def preview(actor: Actor) -> Template:
    """Compare the template with what the actor sees of the site. Raises Denied when the actor may not manage series."""
    policy.require(actor, "series:manage")
    nodes = tree.tree(actor) if policy.may(actor, "folder:read") else ()
    root = next((node for node in nodes if node.parent_id is None), None)
    seen = {node.trail.removeprefix(f"{root.name} / ").replace(" / ", "/") for node in nodes} if root else set()
    rows = number_series.listing(actor)
    open_series = [row.series for row in rows if row.series.closed_at is None]
    names = {row.series.name for row in rows}

    def numbered(name: str) -> bool:
        kind, types = SERIES[name]
        of_all = [one for one in open_series if one.kind == kind and one.unit_id is None]
        return name in names or any(set(one.types) & set(types) or not (one.types or types) for one in of_all)

    return Template(
        tuple(TemplateItem(path, path in seen) for path in FOLDERS),
        tuple(TemplateItem(name, numbered(name)) for name in SERIES),
        root is not None and root.may_edit and policy.may(actor, "folder:edit"),
        any(row.used for row in rows if row.series.kind == "outgoing"),
    )


def apply(actor: Actor, folders: Collection[str], series: Collection[str], organ: str = "") -> tuple[int, int]:
    """Make the chosen folders and series of the template that are not there yet, in one unit of work. `folders` are paths
    of FOLDERS and `series` keys of SERIES; anything else is ignored. A folder brings those above it. `organ` is the
    abbreviation of the agency in the numbers of the new series. Returns how many folders and how many series were made.
    Raises Denied when the actor may not make them, and Invalid when the abbreviation is wrong."""
    policy.require(actor, "series:manage")
    with db.write():
        now = preview(actor)
        missing = [item.name for item in now.folders if item.name in folders and not item.there]
        for path in missing:
            tree.by_path(actor, path, create=True)
        numbered = [item.name for item in now.series if item.name in series and not item.there]
        for name in numbered:
            kind, types = SERIES[name]
            number_series.create(actor, SeriesInput(name, kind, types=types, organ=organ or None))
        made = sum(not item.there for item in now.folders) - sum(not item.there for item in preview(actor).folders)
        return made, len(numbered)
