"""The lists of mutations fit the code: each names one place of a file, and tests that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.tools.mutants import LISTS, ROOT, Mutation, mutations

AREAS = sorted(path.stem for path in LISTS.glob("*.json"))
# The words by which `-k` joins names.
JOINING = {"and", "or", "not"}


@cache
def _source(path: str) -> str | None:
    """The text of a file, or of all tests of a folder; None when there is none."""
    place = ROOT / path
    if place.is_dir():
        return "\n".join(one.read_text(encoding="utf-8") for one in sorted(place.rglob("test_*.py")))
    return place.read_text(encoding="utf-8") if place.is_file() else None


def _faults(one: Mutation) -> Iterator[str]:
    """What does not fit, a sentence each."""
    times = (_source(one.file) or "").count(one.old)
    if times != 1:
        yield f"{one}: {times} places"
    chosen = one.tests[one.tests.index("-k") + 1] if "-k" in one.tests else ""
    paths = [argument for argument in one.tests if argument not in {"-k", chosen}]
    if not paths or any(path.startswith("-") for path in paths):
        yield f"{one}: not only tests and -k in {one.tests}"
    for path in paths:
        file, *names = path.split("::")
        source = _source(file)
        missing = [name for name in names if not re.search(rf"^\s*(?:def|class) {re.escape(name.split('[')[0])}\b", source or "", re.M)]
        if source is None or missing:
            yield f"{one}: {path} does not exist"
    # A word may be part of the name of a test, or of a parameter, which pytest numbers where it has no name.
    words = {word.rstrip("0123456789") for word in re.findall(r"\w+", chosen)} - JOINING
    text = "\n".join(_source(path.split("::")[0]) or "" for path in paths).lower()
    if missing := sorted(word for word in words if word.lower() not in text):
        yield f"{one}: -k {', '.join(missing)} finds nothing"


@pytest.mark.parametrize("area", AREAS)
def test_mutations_name_places_and_tests_that_exist(area: str) -> None:
    found = mutations([area])
    assert found and [fault for one in found for fault in _faults(one)] == []


def test_what_does_not_fit_is_told() -> None:
    here, begins = "tests/tools/test_mutants.py", "The lists of mutations fit " + "the code"
    wrong = [
        Mutation("x", here, "no such " + "words", "", (here,)),
        Mutation("x", here, "def ", "", (here,)),
        Mutation("x", "docmgr/gone.py", "a", "", (here,)),
        Mutation("x", here, begins, "", (here + "::test_" + "gone",)),
        Mutation("x", here, begins, "", ("tests/tools/test_" + "gone.py",)),
        Mutation("x", here, begins, "", (here, "-k", "never_" + "there or fit")),
        Mutation("x", here, begins, "", (here, "-x")),
    ]
    assert all(list(_faults(one)) for one in wrong)
