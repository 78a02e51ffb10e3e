"""Fields that a form may name: single values, lists of words, and lists of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docmgr.writing.own_forms.sources import NOTE, is_mark, mark
from docmgr.writing.reports.plan_report import Figure

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A field: its name in forms and its meaning. `parts` is None for a single value, () for a list of words, and has the fields of a
    record for a list of records."""

    name: str
    meaning: str
    parts: tuple[Field, ...] | None = None


@dataclass(frozen=True)
class ShownField:
    """A field as a page lists it: how a form names it, its meaning and an example. `depth` counts the lists that it is in; `loop` is the
    beginning of the loop over it, "" for a single value."""

    name: str
    meaning: str
    example: str
    depth: int = 0
    loop: str = ""


def listed(fields: Sequence[Field], values: Values, inside: str = "", depth: int = 0) -> Iterator[ShownField]:
    """The fields in their order, each list before its parts, with examples out of `values`."""
    for field in fields:
        name, value = inside + field.name, values.get(field.name, "")
        if field.parts is None:
            shown = f"{{%p if {name} %}}" if isinstance(value, bool) else f"{{{{ {name} }}}}"
            yield ShownField(shown, field.meaning, "{%p endif %}" if isinstance(value, bool) else NOTE if is_mark(value) else str(value), depth)
            continue
        each = "dong" if depth == 0 else "y"
        yield ShownField(name, field.meaning, "", depth, f"{{%p for {each} in {name} %}}")
        first = value[0] if value else {}
        if field.parts:
            yield from listed(field.parts, first, f"{each}.", depth + 1)
        else:
            yield ShownField(f"{{{{ {each} }}}}", field.meaning, str(first or ""), depth + 1)


FIGURE = (
    Field("noi_dung", "Tên số liệu"), Field("so_luong", "Số lượng"), Field("dau", "Dấu cuối dòng: “;”, dòng cuối là “.”"),
    Field("nguon", "Chú thích ghi địa chỉ danh sách đã đếm"),
)  # fmt: skip


def figures(counted: Sequence[Figure]) -> list[dict[str, Any]]:
    """Figures as records; the last one ends with a full stop."""
    last = len(counted) - 1
    return [
        {"noi_dung": one.words, "so_luong": one.count, "nguon": mark(one.address), "dau": "." if place == last else ";"}
        for place, one in enumerate(counted)
    ]


def marked_lines(bases: Sequence[str]) -> list[str]:
    """Legal bases with the marks at their ends."""
    return [one + ("." if place == len(bases) - 1 else ";") for place, one in enumerate(bases)]
