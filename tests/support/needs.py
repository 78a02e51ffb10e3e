"""What tests need of the machine: they look for it, skip with the reason where it is absent, and fail in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

# What the papers of agencies and python-docx's own template ask for; office suites draw them with what stands in for it.
FONTS = ("Times New Roman", "Calibri")
PARTS = {"writer": "libswlo.so", "calc": "libsclo.so"}


def program(name: str) -> str:
    """The path of a program."""
    return shutil.which(name) or _missing(f"{name} is not installed")


def office(part: str) -> str:
    """The path of LibreOffice with this part of it (writer, calc), and fonts with which it can draw Vietnamese."""
    path = program("soffice")
    if not (Path(path).resolve().parent / PARTS[part]).exists():
        _missing(f"LibreOffice {part.title()} is not installed")
    vietnamese_letters()
    return path


def vietnamese_letters() -> None:
    """Fonts that have the letters: without them a printed page has gaps, or letters of several fonts in one word."""
    match = program("fc-match")
    for font in FONTS:
        found = subprocess.run([match, "-f", "%{family}\t%{lang}", font], capture_output=True, text=True, timeout=60)
        family, _, languages = found.stdout.partition("\t")
        if "vi" not in languages.split("|"):
            _missing(f"no font with the letters of Vietnamese stands in for {font} ({family or 'there is none'})")


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
