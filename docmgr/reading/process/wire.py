"""Convert a Reading to JSON bytes and back, to pass it from the reading process to its parent.

JSON is used because unpickling could run code in the parent. The reading process may send harmful bytes,
since it has opened a file that may be hostile.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from docmgr.reading.outcomes import REASONS
from docmgr.reading.structure.secrecy import LEVELS
from docmgr.reading.types import (
    CHAINS,
    COVERS,
    OUTCOMES,
    TIME_STAMPS,
    Block,
    Citation,
    Fact,
    Interpretation,
    Provision,
    Reading,
    Signature,
)

_BLOCK = tuple(field.name for field in fields(Block))


def to_bytes(reading: Reading) -> bytes:
    """Convert a Reading to JSON in UTF-8."""
    plain: dict[str, Any] = {
        "outcome": reading.outcome,
        "kind": reading.kind,
        "reason_code": reading.reason_code,
        "secrecy": reading.secrecy,
        "pages": reading.pages,
        "notes": list(reading.notes),
        "blocks": [_row(block) for block in reading.blocks],
        "interpretation": asdict(reading.interpretation) if reading.interpretation else None,
        "signatures": [asdict(signature) for signature in reading.signatures],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def from_bytes(data: bytes) -> Reading:
    """Convert JSON bytes from `to_bytes` back to the Reading. Raises ValueError when the bytes do not
    describe a Reading."""
    try:
        plain = json.loads(data)
        _check_codes(plain)
        found = plain["interpretation"]
        return Reading(
            outcome=plain["outcome"],
            kind=plain["kind"],
            reason_code=plain["reason_code"],
            secrecy=plain["secrecy"],
            pages=plain["pages"],
            notes=tuple(plain["notes"]),
            blocks=tuple(Block(*row) for row in plain["blocks"]),
            interpretation=_interpretation(found) if found else None,
            signatures=tuple(_signature(item) for item in plain["signatures"]),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not a reading") from fault


def _check_codes(plain: dict[str, Any]) -> None:
    """Raise ValueError when the outcome, reason code or secrecy level in the JSON object `plain` is unknown.
    The program has no sentence for such a code."""
    known = {"outcome": OUTCOMES, "reason_code": (None, *REASONS), "secrecy": (None, *LEVELS)}
    for name, codes in known.items():
        if plain[name] not in codes:
            raise ValueError(name)


def _row(block: Block) -> Sequence[object]:
    return [getattr(block, name) for name in _BLOCK]


def _fact(item: dict[str, Any]) -> Fact:
    return Fact(**{**item, "values": tuple(item["values"])})


def _signature(item: dict[str, Any]) -> Signature:
    """Make a Signature of a JSON object. Raises ValueError for values that no Signature has: the program would have
    no words for them, or would call a signature valid whose chain is not known."""
    found = Signature(**item)
    known = found.covers in COVERS and found.chain in CHAINS and found.time_stamp in TIME_STAMPS
    if found.at is not None and dt.datetime.fromisoformat(found.at).tzinfo is None:
        raise ValueError("at")
    if not known or found.valid not in (True, False, None) or (found.valid and found.chain != "trusted"):
        raise ValueError("signature")
    return found


def _interpretation(plain: dict[str, Any]) -> Interpretation:
    return Interpretation(
        text=plain["text"],
        provisions=tuple(Provision(**item) for item in plain["provisions"]),
        facts={name: _fact(item) for name, item in plain["facts"].items()},
        citations=tuple(Citation(**item) for item in plain["citations"]),
        secrecy=plain["secrecy"],
    )
