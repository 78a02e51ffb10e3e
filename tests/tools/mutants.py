"""`make mutants`: break the product in one place at a time and see whether the related tests notice.

`python -m tests.tools.mutants [AREA …]`. tests/mutations/AREA.json lists mutations as {"file", "old", "new",
"tests": [pytest arguments]}: `old` occurs exactly once in `file` and is replaced by `new`. Each mutation runs in a
copy of the tree; it survives when the tests pass. Exit code 1 when fewer than 90 % are killed or a mutation no
longer fits the code.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT / "tests" / "mutations"
SHARE = 0.9
SECONDS = 300


@dataclass(frozen=True)
class Mutation:
    """One change of one place, and the tests that should notice it."""

    area: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.area} · {self.file}: {' '.join(self.old.split())[:70]} → {' '.join(self.new.split())[:70] or '(nothing)'}"


def mutations(areas: list[str]) -> list[Mutation]:
    """The mutations of these areas, or of all."""
    paths = [LISTS / f"{area}.json" for area in areas] or sorted(LISTS.glob("*.json"))
    return [
        Mutation(path.stem, row["file"], row["old"], row["new"], tuple(row["tests"]))
        for path in paths
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def copy_tree(target: Path) -> None:
    """All files that git tracks or would add, and the environment by a link."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / ".venv").symlink_to(ROOT / ".venv")
    (target / "uploads").mkdir(exist_ok=True)


def verdict(tree: Path, one: Mutation) -> str:
    """killed, survived, or a problem with the mutation."""
    path = tree / one.file
    source = path.read_text(encoding="utf-8") if path.exists() else ""
    if source.count(one.old) != 1:
        return f"does not fit ({source.count(one.old)} places)"
    path.write_text(source.replace(one.old, one.new), encoding="utf-8")
    command = [str(ROOT / ".venv/bin/python"), "-m", "pytest", "-q", "-x", *one.tests]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, timeout=SECONDS, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    except subprocess.TimeoutExpired:
        return "killed"
    finally:
        path.write_text(source, encoding="utf-8")
    # 1: a test failed; 2: the tests could not be collected. Other exit codes are not a result of the tests.
    return {0: "survived", 1: "killed", 2: "killed"}.get(done.returncode, f"pytest ended with {done.returncode}")


def main() -> int:
    """Run all mutations; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutants", description=__doc__)
    parser.add_argument("areas", nargs="*", metavar="AREA")
    todo = mutations(parser.parse_args().areas)
    results: list[str] = []
    with tempfile.TemporaryDirectory(prefix="docmgr-mutants-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        for one in todo:
            started = time.monotonic()
            results.append(verdict(tree, one))
            print(f"{results[-1]:9} {time.monotonic() - started:5.1f} s  {one}", flush=True)
    killed = results.count("killed")
    print(f"{killed} of {len(results)} killed ({killed / max(len(results), 1):.0%}).")
    odd = [result for result in results if result not in {"killed", "survived"}]
    return int(bool(odd) or not results or killed < SHARE * len(results))


if __name__ == "__main__":
    sys.exit(main())
