"""Decide which facts of a document a person must look at before confirming them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from docmgr.services.documents.facts import FactForm

DOUBTFUL, PRINTED = "doubtful", "printed"


def fields(form: FactForm) -> dict[str, str]:
    """Find the fields of `form` that must be looked at.

    Returns field → why: DOUBTFUL when the program was not certain of the value, and PRINTED when the field is blank
    although the text prints something there (facts.propose). Fields that a person has confirmed are left out.
    """
    unsure = (field for field in form.fields if not field.confirmed and not field.sure)
    return {field.field: DOUBTFUL if field.value else PRINTED for field in unsure}


def not_looked_at(form: FactForm, looked: Collection[str], typed: Mapping[str, str]) -> tuple[str, ...]:
    """Find the fields of `form` that must be looked at and were not. `looked` names the fields that had the focus.
    `typed` has the fields that a person has changed. Returns the names of the fields, in the order of the form."""
    return tuple(field for field in fields(form) if field not in looked and field not in typed)
