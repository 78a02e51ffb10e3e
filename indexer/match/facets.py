"""Filters and their counts, over documents the actor may read.

Decides what each filter means; the status of a document on a day is told by `statuses`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Bools, Snapshot, Visible
from indexer.match import statuses
from indexer.match.stored_values import Meant
from indexer.types import Access, AskedValue, FacetValue
from legaltext.validity import STATUS_LABELS

# Values of a facet shown, beside those chosen.
_SHOWN = 50
Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FacetColumn:
    """A facet's values: a code for each document (-1: none), and value and label of each code."""

    codes: NDArray[np.int64]
    values: list[str]
    labels: list[str]

    def holds(self, wanted: Collection[str]) -> Bools:
        """The documents whose value is among those wanted."""
        chosen = np.array([value in wanted for value in self.values] + [False])
        matched: Bools = chosen[self.codes]
        return matched

    def counts(self, matched: Bools) -> list[int]:
        """Documents among the matched ones for each code."""
        codes = self.codes[matched]
        counted: list[int] = np.bincount(codes[codes >= 0], minlength=len(self.values)).tolist()
        return counted

    def among(self, matched: Bools) -> frozenset[str]:
        """The values that some of the matched documents have."""
        return frozenset(
            value for value, count in zip(self.values, self.counts(matched), strict=True) if count
        )


def _by_name(snapshot: Snapshot, name: str) -> FacetColumn:
    held = snapshot.names_of_documents(name)
    blank = np.array([not value for value in held.values] + [False])
    codes = held.codes.astype(np.int64)
    return FacetColumn(np.where(blank[codes], -1, codes), held.values, held.values)


def _by_number(numbers: NDArray[np.int32], label: Callable[[int], str]) -> FacetColumn:
    values, codes = np.unique(numbers, return_inverse=True)
    held = [int(value) for value in values]
    return FacetColumn(
        np.where(numbers == 0, -1, codes), [str(value) for value in held], [label(value) for value in held]
    )


def _by_folder(snapshot: Snapshot, readable: Bools) -> FacetColumn:
    """Folders, labelled as in documents the actor may read."""
    folders = snapshot.of_documents("folder")
    names = snapshot.names_of_documents("folder_label")
    labels = dict(zip(folders[readable].tolist(), names.codes[readable].tolist(), strict=True))
    return _by_number(folders, lambda folder: names.values[labels[folder]] if folder in labels else "")


def _by_status(snapshot: Snapshot, at: date) -> FacetColumn:
    return FacetColumn(statuses.places(snapshot, at), list(statuses.CODES), list(STATUS_LABELS.values()))


# Each facet → its column, made of a snapshot, what an actor may read and a day.
FACETS: dict[str, Callable[[Snapshot, Visible, date], FacetColumn]] = {
    "type": lambda snapshot, _readable, _at: _by_name(snapshot, "type"),
    "issuer": lambda snapshot, _readable, _at: _by_name(snapshot, "issuer"),
    "year": lambda snapshot, _readable, _at: _by_number(snapshot.years, str),
    "status": lambda snapshot, _readable, at: _by_status(snapshot, at),
    "folder": lambda snapshot, readable, _at: _by_folder(snapshot, readable.documents),
}


def columns(snapshot: Snapshot, access: Access, readable: Visible, at: date) -> dict[str, FacetColumn]:
    """Every facet's column on a day; only documents that the actor may read lend a label."""

    def make() -> dict[str, FacetColumn]:
        return {name: column(snapshot, readable, at) for name, column in FACETS.items()}

    return snapshot.keep(("facets", access, at), make)


def _chosen(held: Mapping[str, FacetColumn], chosen: Filters) -> dict[str, Bools]:
    """For each filter ticked the documents that have one of its values; none for an unknown filter."""
    none = np.zeros(len(next(iter(held.values())).codes), bool)
    return {name: held[name].holds(values) if name in held else none for name, values in chosen.items() if values}


def unheard(
    held: Mapping[str, FacetColumn], typed: Meant, named: Sequence[AskedValue], readable: Bools
) -> tuple[AskedValue, ...]:
    """The types and issuers typed that no document has which the actor may read."""
    heard = {name: held[name].among(readable) for name in {one.field for one in named}}
    return tuple(
        one
        for one in named
        if all(heard[one.field].isdisjoint(typed[one.field][value]) for value in one.values)
    )


def meeting(held: Mapping[str, FacetColumn], typed: Meant) -> Bools | None:
    """The documents that meet every field typed in the search box; None where none is typed."""
    masks = [held[name].holds(frozenset().union(*values.values())) for name, values in typed.items()]
    return np.logical_and.reduce(masks) if masks else None


def ticked(held: Mapping[str, FacetColumn], chosen: Filters) -> Bools | None:
    """The documents that pass all filters ticked; None where none is ticked."""
    masks = list(_chosen(held, chosen).values())
    return np.logical_and.reduce(masks) if masks else None


def counts(held: Mapping[str, FacetColumn], chosen: Filters, matched: Bools) -> dict[str, tuple[FacetValue, ...]]:
    """The values of each facet that the documents matched have, with how many; those of one facet ignore what is ticked of
    it. `chosen` are exact values."""
    passing = _chosen(held, chosen)
    facets = {}
    for name, column in held.items():
        others = [mask for other, mask in passing.items() if other != name]
        counted = np.logical_and.reduce([matched, *others])
        facets[name] = _values(column, counted, chosen.get(name, ()), name)
    return facets


def _values(column: FacetColumn, matched: Bools, chosen: tuple[str, ...], name: str) -> tuple[FacetValue, ...]:
    counted = zip(column.values, column.labels, column.counts(matched), strict=True)
    values = [FacetValue(value, label, count) for value, label, count in counted if count]
    if name == "year":
        values.sort(key=lambda value: -int(value.value))
    elif name == "status":
        values.sort(key=lambda value: statuses.CODES.index(value.value))
    else:
        values.sort(key=lambda value: (-value.count, value.label, value.value))
    return tuple(value for place, value in enumerate(values) if place < _SHOWN or value.value in chosen)
