"""The parts that are attached to a text, such as rules or a technical regulation, and how they are named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from docmgr.reading.citations.numbers import STANDARD, standard_key


class Extent(Protocol):
    """What must be known of a provision: its anchor, that of the provision around it or None, its kind, label
    and title, and its offsets in the text, as in reading.types.Provision."""

    @property
    def anchor(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def own_standards(provisions: Iterable[Extent]) -> dict[str, str]:
    """The standards and technical regulations that are attached to a text: from their `standard_key` to the
    anchor of their part."""
    return {
        standard_key(one.label): one.anchor
        for one in provisions
        if one.kind == "kem_theo" and STANDARD.match(one.label)
    }


def is_named(part: Extent, type_: str) -> bool:
    """Whether the heading of an attached part begins with a type. The label of a technical regulation is its
    number, so that its type stands in the title."""
    return any(words.casefold().lstrip().startswith(type_.casefold()) for words in (part.label, part.title))
