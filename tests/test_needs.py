"""Tests that need something on the machine are skipped without it, and fail in CI only."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from docmgr.settings import ROOT
from tests.support import needs

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without fonts, whatever the real one has; its programs stay."""
    needs.program("fc-match")
    (tmp_path / "fonts.conf").write_text(FONTS.format(tmp_path))
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    return tmp_path


def programs(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\nprintf 'Liberation Serif\\tde|en|fr'\n")
        (folder / name).chmod(0o755)


@pytest.mark.parametrize("ci", [True, False])
@pytest.mark.parametrize("need", [lambda: needs.vietnamese_letters(), lambda: needs.program("no-such-program")])
def test_what_is_absent_is_skipped_but_fails_in_ci(
    bare: Path, monkeypatch: pytest.MonkeyPatch, need: Callable[[], object], ci: bool
) -> None:
    monkeypatch.setenv("CI", "true") if ci else monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.fail.Exception if ci else pytest.skip.Exception) as told:
        need()
    assert "Vietnamese" in str(told.value) or "no-such-program is not installed" in str(told.value)


def test_a_font_without_the_letters_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office suite is there and fonts too, as on a plain server, but printed pages would have gaps."""
    programs(tmp_path / "bin", "soffice", "fc-match")
    (tmp_path / "bin" / "libswlo.so").touch()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="stands in for Times New Roman .Liberation Serif."):
        needs.office("writer")
    with pytest.raises(pytest.skip.Exception, match="Calc is not installed"):
        needs.office("calc")


# How a test says that it is not for SQLite.
NOT_FOR_SQLITE = re.compile(r'(dialect\.name != "postgresql"|dialect\.name == "sqlite"):\s+pytest\.skip|skipif\(not SERVER')


def test_what_is_not_for_sqlite_is_asked_on_postgresql_in_ci() -> None:
    """A test that is skipped on SQLite and not asked on PostgreSQL would never run."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    left = _words(script[script.index("left=(") : script.index("for path in")] + 'printf "%s\\n" "${left[@]}"')
    asked = [word for word in script.rpartition("pytest -q")[2].split() if word.startswith("tests/")]
    found = list(_not_for_sqlite())
    assert len(found) > 4 and len(left) > 10 and len(asked) > 4
    lost = [f"{path}::{name}" for path, name in found if path in left or not _is_asked(path, name, asked)]
    assert lost == []


# Whatever imports Whoosh: its own names, trees, the index that a program opens, explanations, and words in the order typed.
WHOOSH = re.compile(r"whoosh|indexer\.trees|open_index|\.explain\b|two_worlds|~>")


def test_what_imports_whoosh_is_asked_with_both_versions_of_it() -> None:
    asked = _words("make -s --eval 'with:; @echo $(WITH_WHOOSH)' with")
    files = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "tests/indexer").rglob("test_*.py")}
    assert len(asked) > 8 and all((ROOT / path).exists() for path in asked)
    needy = [path for path, source in files.items() if WHOOSH.search(source)]
    assert len(needy) > 20
    assert [path for path in needy if not _is_asked(path, "", asked)] == []


def test_what_is_imported_is_installed_by_the_lock_file() -> None:
    """A package that was installed by hand is there on one machine alone."""
    lock = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    locked = {_canonical(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()}
    files = [path for top in ("docmgr", "indexer", "legaltext", "tests") for path in (ROOT / top).rglob("*.py")]
    names = {name.partition(".")[0] for path in files for name in _imports(path)} - ours - set(sys.stdlib_module_names)
    assert len(files) > 500 and len(names) > 30 and len(locked) > 60
    owners = packages_distributions()
    assert sorted(n for n in names if not locked & {_canonical(owner) for owner in owners.get(n, [])}) == []


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _words(command: str) -> list[str]:
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.split()


def _not_for_sqlite() -> Iterator[tuple[str, str]]:
    """The file of each such test and its name; "" where all of a file is meant."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if path.name != "test_needs.py" and NOT_FOR_SQLITE.search(source):
            parts = [(getattr(node, "name", ""), ast.get_source_segment(source, node)) for node in ast.parse(source).body]
            yield from ((str(path.relative_to(ROOT)), name) for name, part in parts if NOT_FOR_SQLITE.search(part or ""))


def _is_asked(path: str, name: str, asked: list[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") or f"{path}::{name}" == one for one in asked)
