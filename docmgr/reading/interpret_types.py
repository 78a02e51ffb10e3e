"""The plain results of interpreting a text: provisions, facts, citations.

Only shapes live here. How they are found is decided in `provisions`, `facts`, `citations` and `secrecy`;
whether a clerk accepts them is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provision:
    """One unit of a text; `start`/`end` are character offsets of its own words in `Interpretation.text`.

    kind: phan, chuong, muc, tieu_muc, dieu, khoan, diem, gach (dash item), doan (paragraph), phu_luc,
    kem_theo, so (a numbered section without Điều). `label` is as printed: "Điều 5", "Khoản 2", "Điểm a".
    `text` holds the own words as printed, heading and numeral included, without those of its children.
    """

    anchor: str
    parent: str | None
    kind: str
    label: str
    title: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One proposed fact: dates are ISO, lists are in `values`; `quote` is the words it was read from."""

    field: str
    value: str | None
    quote: str
    sure: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """One mention of another document: where it stands (`anchor`) and where it points (`provision`).

    role: basis, cites, amends, replaces, repeals, guides, implements, answers, corrects, suspends,
    consolidates or attached_to, as far as the wording tells.
    """

    number: str | None
    name: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    provision: str | None
    anchor: str
    quote: str
    role: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """All that is read from one text; `text` is what the offsets of the provisions count in."""

    text: str
    provisions: tuple[Provision, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    secrecy: str | None = None
