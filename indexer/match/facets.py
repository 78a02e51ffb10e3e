"""Filters of a search, and how many documents each value of a filter would show.

This module decides what each filter means. `match.statuses` gives the status of a document on a day.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer.index import schema
from indexer.index.snapshot import Bools, Snapshot, Visible
from indexer.match import statuses
from indexer.match.stored_values import Meant
from indexer.types import Access, AskedValue, FacetValue
from legaltext.validity import STATUS_LABELS

# A facet shows at most this many values, and in addition those that are chosen.
_SHOWN = 50
# Begins the names of the filters by the site's own fields.
OWN = "own_"
Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FacetColumn:
    """The values of one filter. `codes` has one item per document: the position of its value in `values`, -1 for no
    value. `labels` runs parallel to `values` and holds the texts shown for them."""

    codes: NDArray[np.int64]
    values: list[str]
    labels: list[str]

    def holds(self, wanted: Collection[str]) -> Bools:
        """A mask of the documents whose value is one of `wanted`."""
        chosen = np.array([value in wanted for value in self.values] + [False])
        matched: Bools = chosen[self.codes]
        return matched

    def counts(self, matched: Bools) -> list[int]:
        """For each item of `values`, the number of documents in the mask `matched` that have this value."""
        codes = self.codes[matched]
        counted: list[int] = np.bincount(codes[codes >= 0], minlength=len(self.values)).tolist()
        return counted

    def among(self, matched: Bools) -> frozenset[str]:
        """The values of the facet that at least one document in the mask `matched` has."""
        return frozenset(
            value for value, count in zip(self.values, self.counts(matched), strict=True) if count
        )


@dataclass(frozen=True)
class ManyColumn(FacetColumn):
    """The values of a filter of which a document may have several. `codes` are positions in `sets`, which holds the values of
    a document each time, as positions in `values`; -1 for none."""

    sets: list[tuple[int, ...]]

    def holds(self, wanted: Collection[str]) -> Bools:
        """A mask of the documents that have one of `wanted`."""
        places = {place for place, value in enumerate(self.values) if value in wanted}
        chosen = np.array([not places.isdisjoint(own) for own in self.sets] + [False])
        matched: Bools = chosen[self.codes]
        return matched

    def counts(self, matched: Bools) -> list[int]:
        """For each item of `values`, the number of documents in the mask `matched` that have this value among theirs."""
        codes = self.codes[matched]
        counted = np.bincount(codes[codes >= 0], minlength=len(self.sets)).tolist()
        found = [0] * len(self.values)
        for own, count in zip(self.sets, counted, strict=True):
            for place in own:
                found[place] += count
        return found


def _by_names(snapshot: Snapshot, name: str) -> ManyColumn:
    """Make the facet of a column whose strings hold several values each."""
    held = snapshot.names_of_documents(name)
    places: dict[str, int] = {}
    sets = [tuple(places.setdefault(value, len(places)) for value in text.split(schema.BETWEEN_TAGS) if value) for text in held.values]
    blank = np.array([not own for own in sets] + [False])
    codes = held.codes.astype(np.int64)
    return ManyColumn(np.where(blank[codes], -1, codes), list(places), list(places), sets)


def _own(snapshot: Snapshot) -> dict[str, ManyColumn]:
    """Make a facet for each field that the site defined and some document has a value of; its name is OWN and its code."""
    held = snapshot.names_of_documents("own_fields")
    codes = held.codes.astype(np.int64)
    said = [[piece.partition("=")[::2] for piece in text.split(schema.BETWEEN_OWN) if piece] for text in held.values]
    made = {}
    for field in dict.fromkeys(code for pairs in said for code, _ in pairs):
        places: dict[str, int] = {}
        sets = [tuple(places.setdefault(value, len(places)) for code, value in pairs if code == field) for pairs in said]
        blank = np.array([not own for own in sets] + [False])
        made[OWN + field] = ManyColumn(np.where(blank[codes], -1, codes), list(places), list(places), sets)
    return made


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
    """Make the facet of folders. Its labels come only from documents that the actor may read (`readable`)."""
    folders = snapshot.of_documents("folder")
    names = snapshot.names_of_documents("folder_label")
    labels = dict(zip(folders[readable].tolist(), names.codes[readable].tolist(), strict=True))
    return _by_number(folders, lambda folder: names.values[labels[folder]] if folder in labels else "")


def _by_status(snapshot: Snapshot, at: date) -> FacetColumn:
    return FacetColumn(statuses.places(snapshot, at), list(statuses.CODES), list(STATUS_LABELS.values()))


# Facet → a function that computes its column from a snapshot, what an actor may read, and a day.
FACETS: dict[str, Callable[[Snapshot, Visible, date], FacetColumn]] = {
    "type": lambda snapshot, _readable, _at: _by_name(snapshot, "type"),
    "issuer": lambda snapshot, _readable, _at: _by_name(snapshot, "issuer"),
    "year": lambda snapshot, _readable, _at: _by_number(snapshot.years, str),
    "status": lambda snapshot, _readable, at: _by_status(snapshot, at),
    "folder": lambda snapshot, readable, _at: _by_folder(snapshot, readable.documents),
    "health": lambda snapshot, _readable, _at: _by_name(snapshot, "health"),
    "field_of_work": lambda snapshot, _readable, _at: _by_name(snapshot, "field_of_work"),
    "tag": lambda snapshot, _readable, _at: _by_names(snapshot, "tags"),
}


def columns(snapshot: Snapshot, access: Access, readable: Visible, at: date) -> dict[str, FacetColumn]:
    """Make the column of each filter of `snapshot`, by the name of the filter. Documents have the status of the day
    `at`. Labels come only from documents that the actor may read (`readable`). The result is cached for the rights
    `access`."""

    def make() -> dict[str, FacetColumn]:
        return {name: column(snapshot, readable, at) for name, column in FACETS.items()} | _own(snapshot)

    return snapshot.keep(("facets", access, at), make)


def _chosen(held: Mapping[str, FacetColumn], chosen: Filters) -> dict[str, Bools]:
    """Make a mask of documents for each filter that the user has ticked. `chosen` maps its name to the ticked values. A
    document is in the mask if it has one of them. An unknown filter gets a mask without any document."""
    none = np.zeros(len(next(iter(held.values())).codes), bool)
    return {name: held[name].holds(values) if name in held else none for name, values in chosen.items() if values}


def unheard(
    held: Mapping[str, FacetColumn], typed: Meant, named: Sequence[AskedValue], readable: Bools
) -> tuple[AskedValue, ...]:
    """Return the types and issuers of `named` that no document in the mask `readable` has. `held` maps each filter to
    its column. `typed` says, for each filter and each typed value, which stored values are meant."""
    heard = {name: held[name].among(readable) for name in {one.field for one in named}}
    return tuple(
        one
        for one in named
        if all(heard[one.field].isdisjoint(typed[one.field][value]) for value in one.values)
    )


def meeting(held: Mapping[str, FacetColumn], typed: Meant) -> Bools | None:
    """Return a mask of the documents that meet every field typed in the query; None where no field is typed. `held`
    maps each filter to its column. `typed` says, for each field and each typed value, which stored values are meant."""
    masks = [held[name].holds(frozenset().union(*values.values())) for name, values in typed.items()]
    return np.logical_and.reduce(masks) if masks else None


def ticked(held: Mapping[str, FacetColumn], chosen: Filters) -> Bools | None:
    """Return a mask of the documents that pass all filters in which the user has ticked values (`chosen`); None
    where none is ticked. `held` maps filters to their columns."""
    masks = list(_chosen(held, chosen).values())
    return np.logical_and.reduce(masks) if masks else None


def counts(held: Mapping[str, FacetColumn], chosen: Filters, matched: Bools) -> dict[str, tuple[FacetValue, ...]]:
    """List the values of each filter with the number of documents that have them, by the name of the filter. Only
    documents of the mask `matched` are counted. Values without such documents are left out. A long list is cut, but
    ticked values stay in it. `held` maps each filter to its column.

    `chosen` maps each filter to its ticked values. The counts of one filter are limited by the ticks in the other
    filters only."""
    passing = _chosen(held, chosen)
    facets = {}
    for name, column in held.items():
        others = [mask for other, mask in passing.items() if other != name]
        counted = np.logical_and.reduce([matched, *others])
        facets[name] = _values(column, counted, chosen.get(name, ()), name)
    return facets


def _values(column: FacetColumn, matched: Bools, chosen: tuple[str, ...], name: str) -> tuple[FacetValue, ...]:
    counted = zip(column.values, column.labels, column.counts(matched), strict=True)
    return listed(name, [FacetValue(value, label, count) for value, label, count in counted if count], chosen)


def listed(name: str, values: list[FacetValue], chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
    """Put the values of the filter `name` in order. A long list is cut, but ticked values (`chosen`) stay in it."""
    if name == "year":
        values.sort(key=lambda value: -int(value.value))
    elif name == "status":
        values.sort(key=lambda value: statuses.CODES.index(value.value))
    else:
        values.sort(key=lambda value: (-value.count, value.label, value.value))
    return tuple(value for place, value in enumerate(values) if place < _SHOWN or value.value in chosen)
