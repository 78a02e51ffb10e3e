"""Which stored values are meant by what is typed for a field.

Decides how values are compared: types whole and without marks; of an issuer a part of one of its names is enough,
however either is written. Years and statuses are asked for as they are kept. Works segment by segment: the names of
the values of one are written out once, so that a commit costs what it brought.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from indexer.index.snapshot import Segment, Snapshot
from indexer.query.field_values import issuer_names, plain
from indexer.store.cache import Kept
from indexer.store.lines import holding, joined
from indexer.store.ragged import Numbers

# For each field typed and each value typed for it the stored ones meant.
Meant = Mapping[str, Mapping[str, frozenset[str]]]
# Fields whose values are compared with those stored; the others are asked for as they are kept.
COMPARED = frozenset({"type", "issuer"})


def meant(snapshot: Snapshot, typed: Mapping[str, tuple[str, ...]]) -> Meant:
    """The stored values that each value typed may mean."""
    return {
        name: {value: frozenset(_stored(snapshot, name, value)) for value in values}
        for name, values in typed.items()
        if values
    }


def issuers_beginning(snapshot: Snapshot, typed: str) -> frozenset[str]:
    """The stored issuers one of whose names begins as typed, however that is written out."""
    return frozenset(_held(snapshot, "issuer", [f"\n {own}" for own in issuer_names(typed) if own]))


def _stored(snapshot: Snapshot, name: str, value: str) -> Iterator[str]:
    return _held(snapshot, name, _asked(name, value)) if name in COMPARED else iter((value,))


def _held(snapshot: Snapshot, name: str, lines: Sequence[str]) -> Iterator[str]:
    """The stored values of which a line holds one of these."""
    wanted = [one.encode() for one in lines]
    for segment in snapshot.segments:
        text, starts, codes = _written(segment, name)
        values, whole = segment.held.names[name].values, text.tobytes()
        for one in wanted:
            yield from (values[code] for code in codes[holding(whole, starts, one)].tolist())


def _asked(name: str, value: str) -> list[str]:
    """What a line of a value's names must hold."""
    if name == "issuer":
        return [f" {own} " for own in issuer_names(value) if own]
    return [_line(plain(value))]


def _line(name: str) -> str:
    return f"\n {name} \n"


def _written(segment: Segment, name: str) -> Kept:
    """The names of a segment's values, a line each: the lines, where each begins and the last one ends, the code of the
    value of each."""

    def make() -> tuple[Numbers, ...]:
        said = [
            (code, own)
            for code, value in enumerate(segment.held.names[name].values)
            for own in (issuer_names(value) if name == "issuer" else (plain(value),))
        ]
        return *joined([_line(own) for _, own in said]), np.array([code for code, _ in said], np.int32)

    return segment.cached(("names", name), make)
