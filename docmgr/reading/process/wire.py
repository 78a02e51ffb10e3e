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

from docmgr.reading.letters.encodings import ENCODINGS
from docmgr.reading.notes import SENTENCES, Remark
from docmgr.reading.outcomes import LEFT_OUT, REASONS
from docmgr.reading.repair import health
from docmgr.reading.structure.secrecy import LEVELS
from docmgr.reading.types import (
    CHAINS,
    COVERS,
    DUE_RULES,
    OUTCOMES,
    PERIODS,
    SPANS,
    SURENESS,
    TIME_STAMPS,
    WHY_PARTS,
    Attachment,
    Block,
    Citation,
    Due,
    Fact,
    Grounds,
    Interpretation,
    Obligation,
    OldFonts,
    OwnReference,
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
        "notes": [asdict(note) for note in reading.notes],
        "old_fonts": asdict(reading.old_fonts) if reading.old_fonts else None,
        "health": reading.health,
        "health_reason": reading.health_reason,
        "official": bool(reading.official),
        "blocks": [_row(block) for block in reading.blocks],
        "interpretation": asdict(reading.interpretation) if reading.interpretation else None,
        "attachments": [asdict(attachment) for attachment in reading.attachments],
        "signatures": [asdict(signature) for signature in reading.signatures],
        "picture_pages": reading.picture_pages,
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
            notes=tuple(map(_note, plain["notes"])),
            blocks=tuple(Block(*row) for row in plain["blocks"]),
            interpretation=_interpretation(found) if found else None,
            old_fonts=_old_fonts(plain["old_fonts"]),
            health=plain["health"],
            health_reason=plain["health_reason"],
            official=plain["official"] is True,
            attachments=tuple(_attachment(item) for item in plain["attachments"]),
            signatures=tuple(_signature(item) for item in plain["signatures"]),
            picture_pages=tuple(int(number) for number in plain["picture_pages"]),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not a reading") from fault


def _note(plain: dict[str, Any]) -> Remark:
    """Make a note again. Raises ValueError when its sentence is none of the program's."""
    if plain["msgid"] not in SENTENCES:
        raise ValueError("notes")
    return Remark(plain["msgid"], tuple((name, value) for name, value in plain["values"]))


def _check_codes(plain: dict[str, Any]) -> None:
    """Raise ValueError when the outcome, reason code, secrecy level or health in the JSON object `plain` is
    unknown. The program has no sentence for such a code."""
    known = {
        "outcome": OUTCOMES,
        "reason_code": (None, *REASONS),
        "secrecy": (None, *LEVELS),
        "health": health.HEALTHS,
        "health_reason": (None, *health.REASONS),
    }
    for name, codes in known.items():
        if plain[name] not in codes:
            raise ValueError(name)


def _old_fonts(plain: dict[str, Any] | None) -> OldFonts | None:
    if plain is None:
        return None
    if not set(plain["encodings"]) <= set(ENCODINGS) or not isinstance(plain["before"], str | None):
        raise ValueError("old_fonts")
    return OldFonts(tuple(plain["encodings"]), int(plain["lines"]), plain["before"])


def _attachment(item: dict[str, Any]) -> Attachment:
    """Make an Attachment of a JSON object. Raises ValueError when its number or reason code is none that the
    program knows."""
    attachment = Attachment(**item)
    if type(attachment.number) is not int or attachment.number < 0:
        raise ValueError("number")
    if attachment.reason_code not in (None, *LEFT_OUT):
        raise ValueError("reason_code")
    return attachment


def _row(block: Block) -> Sequence[object]:
    return [getattr(block, name) for name in _BLOCK]


def _fact(item: dict[str, Any]) -> Fact:
    return Fact(**{**item, "values": tuple(item["values"])})


def _own_reference(item: dict[str, Any]) -> OwnReference:
    links = tuple((start, end, anchor) for start, end, anchor in item["links"])
    return OwnReference(**{**item, "provisions": tuple(item["provisions"]), "links": links})


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
        own_references=tuple(_own_reference(item) for item in plain["own_references"]),
        secrecy=plain["secrecy"],
        obligations=tuple(_obligation(item, len(plain["text"])) for item in plain["obligations"]),
    )


def _obligation(item: dict[str, Any], length: int) -> Obligation:
    """Make an Obligation again, of a text with `length` characters. Raises ValueError for a rule or word that the program
    does not know, and for places outside of the text."""
    due, why = Due(**item["due"]), tuple(Grounds(**one) for one in item["why"])
    if due.rule not in DUE_RULES or due.every not in PERIODS or due.unit not in SPANS or item["sure"] not in SURENESS:
        raise ValueError("obligation")
    if due.on is not None:
        dt.date.fromisoformat(due.on)
    if any(one.part not in WHY_PARTS or not 0 <= one.start <= one.end <= length for one in why):
        raise ValueError("why")
    if not 0 <= item["start"] <= item["end"] <= length:
        raise ValueError("place")
    lists = {name: tuple(map(str, item[name])) for name in ("units", "supporting", "evidence")}
    return Obligation(**{**item, **lists, "due": due, "why": why})
