"""What tests need on the machine: they look for it, skip with the reason when it is absent, and fail in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

# The fonts of agencies' documents and of python-docx's own template, and what office suites use in their place.
FONTS = ("Times New Roman", "Calibri")
PARTS = {"writer": "libswlo.so", "calc": "libsclo.so", "impress": "libsdlo.so"}


def program(name: str) -> str:
    """The path of a program."""
    return shutil.which(name) or _missing(f"{name} is not installed")


def office(part: str) -> str:
    """The path of LibreOffice if it has this part (writer, calc, impress) and fonts with the letters of Vietnamese."""
    path = program("soffice")
    if not (Path(path).resolve().parent / PARTS[part]).exists():
        _missing(f"LibreOffice {part.title()} is not installed")
    vietnamese_letters()
    return path


def tesseract() -> None:
    """Tesseract with its Vietnamese model, and fonts in which the pages for it are drawn."""
    vietnamese_letters()
    listed = subprocess.run([program("tesseract"), "--list-langs"], capture_output=True, text=True, timeout=60)
    if "vie" not in (listed.stdout + listed.stderr).split():
        _missing("the Vietnamese model of Tesseract (tesseract-ocr-vie) is not installed")


def vietnamese_letters() -> None:
    """Fonts with the letters of Vietnamese: otherwise a printed page has gaps, or letters of several fonts in one
    word."""
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
