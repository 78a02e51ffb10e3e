"""Seconds and megabytes of reading a file of 100 pages, for every kind of file, and of recognising pages of a scan.

Processor time counts, because other guests of a machine take from the clock; the clock's seconds stand beside it.
"""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docmgr.reading.ocr import recogniser
from docmgr.reading.process.runner import Reader
from tests.bench.measure import ROUNDS
from tests.filling import of_pages

PAGES, SCANNED = 100, 8
COLUMNS = ("kind", "file kB", "processor s", "clock s", "peak MB", "letters", "outcome")
Figures = dict[str, Any]


def measure(work: Path, pages: int = PAGES, scanned: int = SCANNED) -> Figures:
    """Make the files in the folder `work` and read each in turns; the best of several rounds counts."""
    folder = work / "kinds"
    folder.mkdir(exist_ok=True)
    scan = of_pages.as_scan(folder / "scan.pdf", scanned)
    recognised = _recognise(scan, scanned)
    made = of_pages.every_kind(folder, pages, scanned)
    with Reader() as reader:
        kinds = {kind: _read(reader, path, work / "inside") for kind, path in made.items()}
        beside = _beside_recognition(reader, made["docx"], scan)
    return {"pages": pages, "kinds": kinds, "ocr": recognised, "beside": beside}


def _read(reader: Reader, path: Path, inside: Path) -> Figures:
    """The least seconds of several readings, and the most memory."""
    rounds, memory = [], 0.0
    for _ in range(ROUNDS):
        inside.mkdir(exist_ok=True)
        reading = reader.read(path, name=path.name, unpack=inside)
        for left in inside.iterdir():
            left.unlink()
        rounds.append((float(reader.last["cpu_s"]), float(reader.last["wall_s"])))
        memory = max(memory, float(reader.last["rss_kb"]) / 1024)
    cpu_s, wall_s = (min(seconds) for seconds in zip(*rounds, strict=True))
    told = reading.outcome if reading.reason_code is None else f"{reading.outcome}: {reading.reason_code}"
    size = path.stat().st_size / 1000
    return {"kB": size, "cpu_s": cpu_s, "wall_s": wall_s, "mb": memory, "letters": len(reading.text), "outcome": told}


def _recognise(scan: Path, pages: int) -> Figures:
    """Recognise the pages of the scan one after the other."""
    before, started = _children_s(), time.monotonic()
    found = [recogniser.page(scan, "pdf", number) for number in range(1, pages + 1)]
    cpu_s, wall_s = _children_s() - before, time.monotonic() - started
    words = sum(len(page.words) for page in found)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"pages": pages, "words": words, "cpu_s": cpu_s, "wall_s": wall_s, "mb": memory}


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _beside_recognition(reader: Reader, path: Path, scan: Path) -> Figures:
    """The clock's seconds of a reading, alone and while pages are recognised; the best of several rounds each."""

    def clock() -> float:
        reader.read(path)
        return float(reader.last["wall_s"])

    alone = min(clock() for _ in range(ROUNDS))
    stop = threading.Event()

    def recognise() -> None:
        while not stop.is_set():
            recogniser.page(scan, "pdf", 1)

    # One for each of two processors.
    busy = [threading.Thread(target=recognise) for _ in range(2)]
    for thread in busy:
        thread.start()
    time.sleep(1)
    beside = min(clock() for _ in range(ROUNDS))
    stop.set()
    for thread in busy:
        thread.join()
    return {"alone_s": alone, "beside_s": beside}


def before(own: Mapping[str, Any]) -> str:
    """What the table is about."""
    return (
        f"Each file has {own['pages']} pages of a decision, the scan {own['ocr']['pages']}, whose pages are recognised later. Processor "
        "time and memory are those of the reading child and all that it started; the least seconds of three rounds count."
    )


def after(own: Mapping[str, Any]) -> str:
    """What recognising the pages of the scan took."""
    ocr = own["ocr"]
    return (
        f"{ocr['pages']} scanned pages ({ocr['words']:,} words) took {ocr['cpu_s']:.1f} s of processor time and {ocr['wall_s']:.1f} s by "
        f"the clock; the largest process had {ocr['mb']:.0f} MB."
    )


def rows(own: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The rows of the table by kind, with COLUMNS."""
    return [
        (kind, f"{one['kB']:,.0f}", f"{one['cpu_s']:.2f}", f"{one['wall_s']:.2f}", f"{one['mb']:.0f}", f"{one['letters']:,}", one["outcome"])
        for kind, one in own["kinds"].items()
    ]


def pages_a_minute(own: Mapping[str, Any]) -> float:
    """How many pages one core recognises in a minute."""
    return float(60 * own["ocr"]["pages"] / own["ocr"]["cpu_s"])
