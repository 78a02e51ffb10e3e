"""Finds the stored values that a field value typed in a query means.

This module decides when a typed value means a stored one. Types are compared as a whole and without
diacritics. For an issuer a part of one of its names is enough. Years and statuses must be typed exactly as
stored.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from indexer.index.snapshot import Segment, Snapshot
from indexer.query.field_values import issuer_names, plain
from indexer.store.cache import Kept
from indexer.store.lines import holding, joined
from indexer.store.ragged import Numbers

# For each typed field and each value typed for it, the stored values that it means.
Meant = Mapping[str, Mapping[str, frozenset[str]]]
# Fields whose values are compared with those stored; the others are asked for as they are kept.
COMPARED = frozenset({"type", "issuer"})


def meant(snapshot: Snapshot, typed: Mapping[str, tuple[str, ...]]) -> Meant:
    """Find the stored values that each typed value may mean. `typed` maps each field to the values typed for
    it. Returns for each field a dict from each typed value to a set of stored values. The set is empty where
    none fits."""
    return {
        name: {value: frozenset(_stored(snapshot, name, value)) for value in values}
        for name, values in typed.items()
        if values
    }


def issuers_beginning(snapshot: Snapshot, typed: str) -> frozenset[str]:
    """Find the stored issuers that have a name beginning with `typed`; an empty set where there are
    none. Abbreviations count: "UBND" also finds names beginning with "ủy ban nhân dân"."""
    return frozenset(_held(snapshot, "issuer", [f"\n {own}" for own in issuer_names(typed) if own]))


def _stored(snapshot: Snapshot, name: str, value: str) -> Iterator[str]:
    return _held(snapshot, name, _asked(name, value)) if name in COMPARED else iter((value,))


def _held(snapshot: Snapshot, name: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield the stored values of the column `name` that have a name containing one of the texts `lines`. A
    value may be yielded several times."""
    wanted = [one.encode() for one in lines]
    for segment in snapshot.segments:
        text, starts, codes = _written(segment, name)
        values, whole = segment.held.names[name].values, text.tobytes()
        for one in wanted:
            yield from (values[code] for code in codes[holding(whole, starts, one)].tolist())


def chosen(name: str, value: str, held: Sequence[str]) -> list[str]:
    """Choose from the stored values `held` of the field `name` those that `value`, typed for it, means."""
    wanted = _asked(name, value)
    return [one for one in held if any(asked in _line(own) for own in _said(name, one) for asked in wanted)]


def _said(name: str, value: str) -> Sequence[str]:
    return issuer_names(value) if name == "issuer" else (plain(value),)


def _asked(name: str, value: str) -> list[str]:
    """Return the texts that stand for `value`, typed for the field `name`. A stored value is meant if one of
    its names contains one of these texts."""
    if name == "issuer":
        return [f" {own} " for own in issuer_names(value) if own]
    return [_line(plain(value))]


def _line(name: str) -> str:
    return f"\n {name} \n"


def _written(segment: Segment, name: str) -> Kept:
    """Prepare the names of the stored values of the column `name`, one per line. Returns (the bytes of all
    lines, where each line begins and the last ends, the code of each line's value). The result is cached."""

    def make() -> tuple[Numbers, ...]:
        said = [
            (code, own)
            for code, value in enumerate(segment.held.names[name].values)
            for own in _said(name, value)
        ]
        return *joined([_line(own) for _, own in said]), np.array([code for code, _ in said], np.int32)

    return segment.cached(("names", name), make)
