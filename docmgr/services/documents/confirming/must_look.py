"""Decide which facts of a document a person must look at before confirming them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from docmgr.reading.facts.printed import may_print, printed
from docmgr.services.documents.facts import FactForm
from docmgr.services.documents.page import DocumentFrame

DOUBTFUL, PRINTED = "doubtful", "printed"


def fields(page: DocumentFrame, form: FactForm) -> dict[str, str]:
    """Find the fields of `form` that must be looked at. `page` is the frame of the same document with its text.

    Returns field → why: DOUBTFUL when the program was not certain of the value, and PRINTED when the field is blank but
    the text prints something there. Fields that a person has confirmed are left out.
    """
    files = page.version.files if page.version else ()
    shown = printed(page.text) if files and may_print(files[0].kind, page.document.official) else ()
    found = {}
    for field in form.fields:
        if field.confirmed:
            continue
        if not field.value and field.field in shown:
            found[field.field] = PRINTED
        elif not field.sure:
            found[field.field] = DOUBTFUL
    return found


def not_looked_at(
    page: DocumentFrame, form: FactForm, looked: Collection[str], typed: Mapping[str, str]
) -> tuple[str, ...]:
    """Find the fields of `form` that must be looked at and were not. `page` is the frame of the document with its text.
    `looked` names the fields that had the focus. `typed` has the fields that a person has changed. Returns the names
    of the fields, in the order of the form."""
    waiting = fields(page, form)
    return tuple(field for field in waiting if field not in looked and field not in typed)
