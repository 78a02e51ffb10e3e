"""Measuring for the benchmark: times, memory, sizes, the machine. It uses the standard library only, so that the
process of another engine contains nothing else."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import math
import os
import platform
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
# The best of this many rounds counts, because other guests of a machine slow some of them down.
ROUNDS = 3
PACKAGES = ("numpy", "whoosh3", "tantivy", "sqlalchemy", "flask", "gunicorn")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank); NaN without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99, the maximum, and the number of values."""
    figures = {f"p{share}": percentile(milliseconds, share / 100) for share in (50, 95, 99)}
    return {**figures, "max": max(milliseconds, default=math.nan), "count": float(len(milliseconds))}


def timed(ask: Callable[[Item], object], items: Iterable[Item]) -> list[float]:
    """The milliseconds of each call."""
    taken = []
    for item in items:
        started = time.perf_counter()
        ask(item)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def slowest(taken: Sequence[float], count: int = 5) -> list[int]:
    """The positions of the longest times, the longest first."""
    return sorted(range(len(taken)), key=lambda place: -taken[place])[:count]


def memory(process: int | str = "self") -> dict[str, float]:
    """The memory of a process in MB: `private` (its own, not backed by a file), `mapped` (pages of files),
    `resident`."""
    held: dict[str, float] = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, amount = line.split(":")
        held[name] = int(amount.split()[0]) / 1024
    return {"private": held["Anonymous"], "mapped": held["Rss"] - held["Anonymous"], "resident": held["Rss"]}


def folder_mb(folder: Path) -> float:
    """The size of all files below a folder in millions of bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def machine() -> dict[str, str]:
    """The machine and the versions with which the measurements were made."""
    package = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **package,
        "commit": _commit(),
        "20 million additions": f"{_additions():.2f} s of processor time",
        "load": f"{os.getloadavg()[0]:.1f} when it began",
    }


def _additions() -> float:
    """Seconds for work that is always the same: the speed of a shared machine differs from day to day."""
    began, total = time.process_time(), 0
    for one in range(20_000_000):
        total += one
    return time.process_time() - began


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    """The measured commit, with "+" when files differ from it; "unknown" outside of a checkout."""
    commands = (
        ["git", "rev-parse", "--short", "HEAD"],
        ["git", "status", "--porcelain", "--untracked-files=no"],
    )
    answers = [subprocess.run(command, capture_output=True, text=True, check=False) for command in commands]
    if answers[0].returncode:
        return "unknown"
    return answers[0].stdout.strip() + ("+" if answers[1].stdout.strip() else "")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    lines += ["| " + " | ".join(map(shown, row)) + " |" for row in rows]
    return "\n".join(lines)


def shown(value: object) -> str:
    """A number with its significant digits; an empty cell when nothing was measured."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if not isinstance(value, float):
        return str(value)
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def pair(figures: Mapping[str, Any], first: str = "p50", second: str = "p95") -> str:
    """Two values of a spread in one cell."""
    return f"{shown(figures[first])} / {shown(figures[second])}"


@dataclass(frozen=True)
class Limit:
    """A number with its limit and its goal. `least`: a higher number is better."""

    title: str
    value: float
    must: float
    aim: float
    least: bool = False

    def row(self) -> tuple[object, ...]:
        """The cells: title, number, limit, goal, whether it is met."""
        sign = "≥" if self.least else "≤"
        better = (lambda bound: self.value >= bound) if self.least else (lambda bound: self.value <= bound)
        said = "aim" if better(self.aim) else "must" if better(self.must) else "**short**"
        if any(map(math.isnan, (self.value, self.must))):
            said = "not measured"
        return self.title, self.value, f"{sign} {shown(self.must)}", f"{sign} {shown(self.aim)}", said


LIMIT_COLUMNS = ("figure", "docmgr", "must reach", "aim for", "reached")
