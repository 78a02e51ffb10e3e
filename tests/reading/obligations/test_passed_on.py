"""Obligations on their way out: through the reading process, and as `read --json` tells them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docmgr.reading.interpret import interpret
from docmgr.reading.process import wire
from docmgr.reading.types import Block, Reading
from docmgr.services.texts.read_file import described
from tests.reading.obligations.duties import HEAD

KEYS = {
    "start", "end", "anchor", "quote", "action", "units", "supporting", "due", "evidence", "target", "why", "sure",
}  # fmt: skip


def _reading() -> Reading:
    line = "1. Giao Văn phòng Sở chủ trì, phối hợp với Thanh tra Sở xây dựng kế hoạch, hoàn thành trước ngày 15/12/2024."
    return Reading("text", "docx", interpretation=interpret([Block(one) for one in (*HEAD, line)], "docx"))


def test_they_pass_through_the_reading_process_unchanged() -> None:
    reading = _reading()
    assert reading.interpretation is not None and len(reading.interpretation.obligations) == 1
    assert wire.from_bytes(wire.to_bytes(reading)) == reading


def _change(plain: dict[str, Any], path: str, value: object) -> None:
    *way, last = path.split(".")
    for step in way:
        plain = plain[int(step)] if step.isdigit() else plain[step]  # type: ignore[index]
    plain[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sure", "maybe"), ("due.rule", "someday"), ("due.every", "moon"), ("due.unit", "hour"), ("due.on", "2024-02-31"),
        ("start", -1), ("end", 10_000), ("why.0.part", "where"), ("why.0.end", 10_000), ("why.0.start", -5),
    ],
)  # fmt: skip
def test_what_the_program_does_not_know_is_no_reading(path: str, value: object) -> None:
    plain = json.loads(wire.to_bytes(_reading()))
    _change(plain["interpretation"]["obligations"][0], path, value)
    with pytest.raises(ValueError):
        wire.from_bytes(json.dumps(plain).encode())


def test_read_json_tells_them() -> None:
    (one,) = described("a.docx", _reading())["obligations"]
    assert set(one) == KEYS
    assert set(one["due"]) == {"rule", "on", "every", "n", "unit", "event"}
    assert (one["units"], one["supporting"]) == (("Văn phòng Sở",), ("Thanh tra Sở",))
    assert (one["due"]["rule"], one["due"]["on"], one["evidence"]) == ("fixed", "2024-12-15", ("Kế hoạch",))
    assert {why["part"] for why in one["why"]} == {"who", "what", "when", "evidence"}
