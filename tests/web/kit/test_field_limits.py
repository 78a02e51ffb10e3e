"""How much a field takes is said by its form and held by its service; the two say the same."""

from __future__ import annotations

import ast
import re

import pytest

from docmgr.settings import ROOT

# Field → the most characters it takes, in each form; long texts (forms.LONG_TEXT) have no such number.
FORMS = {
    "plans/form.html": ("planning/plans.py", {"title"}),
    "tasks/form.html": ("planning/tasks.py", {"title", "due_note", "expected_evidence", "legal_basis"}),
    "inspections/form.html": ("inspection/inspections.py", {"title", "team", "period"}),
    "links/role.html": ("links/links.py", {"note"}),
}


def _told(template: str) -> dict[str, int]:
    source = (ROOT / "templates" / template).read_text(encoding="utf-8")
    return {name: int(most) for name, most in re.findall(r'\b(?:text|area)\("(\w+)"[^}]*?maxlength=(\d+)', source)}


def _held(service: str) -> dict[str, int]:
    """The limits of calls of forms.required and forms.cleaned, which end with the field and its limit."""
    found = {}
    for call in ast.walk(ast.parse((ROOT / "docmgr" / "services" / service).read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("required", "cleaned"):
            match call.args[-2:]:
                case [ast.Constant(value=str(field)), ast.Constant(value=int(most))]:
                    found[field] = most
    return found


@pytest.mark.parametrize("template", FORMS)
def test_a_form_lets_in_what_its_service_takes(template: str) -> None:
    service, fields = FORMS[template]
    assert _told(template) == _held(service)
    assert set(_held(service)) == fields
