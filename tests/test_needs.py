"""Tests that need something on the machine are skipped without it, and fail in CI only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
