"""Find where words stand on the pictures of PDF pages, in a child process with limits, because any uploaded file may be
hostile.

The child process is `python -m docmgr.reading.process.page_words`. `places PATH ENCODING…` takes quotes as JSON on standard input
and writes their places. `lines PATH FIRST END` writes the lines of pages. `formats.pdf.places` does the work.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docmgr.reading.environment import child_environment
from docmgr.reading.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from docmgr.reading.formats.pdf import places
    from docmgr.reading.formats.pdf.places import Box

CPU_S = 2
# Nobody waits longer than this for a page: on a machine that is so busy its words are not marked.
WALL_S = 8.0
MAX_OUTPUT_BYTES = 8 * 1024 * 1024
# A page with more lines than this is no page for people; the rest of it cannot be selected.
MOST_LINES = 2_000


class NoPlaces(Exception):
    """The file could not be looked through within the limits."""


def find(path: Path, wanted: Mapping[str, str], encodings: Sequence[str] = ()) -> places.Found:
    """Find where quotes stand in the PDF at `path`. Returns, for each key of `wanted`, the number of the page and the
    boxes of its lines; keys whose quote is not found are missing. `encodings` are the old encodings in which its text
    may be. Raises NoPlaces when the file is damaged or needs more than the limits."""
    plain = _run(["places", str(path), *encodings], json.dumps(dict(wanted)).encode())
    try:
        return {
            str(key): (int(number), [_box(box) for box in boxes])
            for key, (number, boxes) in plain.items()
            if key in wanted
        }
    except (AttributeError, TypeError, ValueError) as fault:
        raise NoPlaces("answer") from fault


def lines(path: Path, numbers: range) -> dict[int, list[tuple[str, Box]]]:
    """Read the lines of some pages of the PDF at `path`: (text, place on the picture of the page), at most MOST_LINES a
    page. `numbers` are the numbers of the pages, from 1; pages that are not there are left out. Raises NoPlaces when the
    file is damaged or needs more than the limits."""
    plain = _run(["lines", str(path), str(numbers.start), str(numbers.stop)])
    try:
        return {int(number): [(str(text), _box(box)) for text, box in page] for number, page in plain.items()}
    except (AttributeError, TypeError, ValueError) as fault:
        raise NoPlaces("answer") from fault


def _box(plain: Any) -> Box:
    left, top, width, height = (min(max(float(one), 0.0), 1.0) for one in plain)
    return left, top, width, height


def _run(arguments: list[str], given: bytes = b"") -> Any:
    command = [sys.executable, "-m", "docmgr.reading.process.page_words", *arguments]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=WALL_S, check=False, env=child_environment()
        )
    except subprocess.TimeoutExpired:
        raise NoPlaces("timeout") from None
    if done.returncode != 0 or len(done.stdout) > MAX_OUTPUT_BYTES:
        raise NoPlaces(str(done.returncode))
    try:
        return json.loads(done.stdout)
    except ValueError as fault:
        raise NoPlaces("answer") from fault


def _limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (2 * DEFAULT_LIMITS.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str]) -> int:
    """Run the child process; `arguments` are the command and what it takes. Returns exit code 1 when it fails."""
    # The parent, a web process, does without PDFium.
    import pypdfium2
    import pypdfium2.raw

    from docmgr.reading.formats.pdf import places

    _limit_self()
    command, path, *rest = arguments
    try:
        document = pypdfium2.PdfDocument(path)
        if document.get_formtype() != pypdfium2.raw.FORMTYPE_NONE:
            document.init_forms()  # Fields without a look of their own get one.
        if command == "places":
            answer: Any = places.find(document, json.load(sys.stdin.buffer), rest)
        else:
            start, stop = max(int(rest[0]), 1), min(int(rest[1]), len(document) + 1)
            answer = {number: places.lines_of(document, number - 1)[:MOST_LINES] for number in range(start, stop)}
    except (pypdfium2.PdfiumError, MemoryError):
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
