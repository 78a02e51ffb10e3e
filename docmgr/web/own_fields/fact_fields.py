"""The site's own fields in the form for facts, as the template needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext as _

from docmgr.services.message import Message, told
from docmgr.services.own_fields import assigning, kinds
from docmgr.services.own_fields.assigning import OwnFieldLine
from docmgr.web.kit.guard import actor
from docmgr.web.kit.inputs import Sent

# Says that the form shows own fields, even if its type has none, and which: the code of each.
SHOWN, CODES = "own_form", "own"
# The controls of the kinds; all others are a line of text.
_CONTROLS = {"long_text": "area", "date": "date", "yes_no": "select", "choice": "select", "choices": "checks", "person": "select", "unit": "select"}


@dataclass(frozen=True)
class OwnFieldControl:
    """One own field of the form. `name` is its name in the form, `control` which element shows it, `values` what stands in it,
    `options` pairs (value, words) to choose from. `stored` is the stored value in words if somebody else saved another one
    meanwhile, else None. `error` is the sentence shown at the field, or None."""

    name: str
    code: str
    label: str
    control: str
    kind: str
    help: str | None
    required: bool
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    stored: str | None
    error: str | None


def given() -> assigning.TypedValues | None:
    """What the sent form has of the own fields that it showed, by code; None when it showed none."""
    if SHOWN not in request.form:
        return None
    return {code: [one.replace("\0", "") for one in request.form.getlist(f"own_{code}")] for code in request.form.getlist(CODES)}


def unchosen(sent: Sent) -> None:
    """Note an error at each own field whose list was searched and of which nothing was chosen."""
    for code in request.form.getlist(CODES):
        sent.chosen(f"own_{code}")


def controls(document_id: int, type_name: str | None, errors: Mapping[str, str], *, stale: bool) -> list[OwnFieldControl]:
    """Build the own fields of the form of a document that has this type. What was sent stands in them again; `errors` has the
    sentences by name of the field. With `stale` somebody else has saved the document meanwhile."""
    return [_control(line, errors, stale) for line in assigning.form(actor(), document_id, type_name)]


def controls_for_many(lines: Sequence[OwnFieldLine], errors: Mapping[str, str]) -> list[OwnFieldControl]:
    """Build fields of a form that is for no document alone; as `controls`. None of them must be filled."""
    return [replace(_control(line, errors, False), required=False) for line in lines]


def _control(line: OwnFieldLine, errors: Mapping[str, str], stale: bool) -> OwnFieldControl:
    field, name = line.field, kinds.key(line.field)
    sent = field.code in request.form.getlist(CODES)
    shown = tuple(request.form.getlist(name)) if sent else line.typed
    options = tuple((value, told(words, _) if isinstance(words, Message) else words) for value, words in line.options)
    names = dict(options)
    differs = stale and sent and tuple(filter(None, shown)) != line.typed
    return OwnFieldControl(
        name=name, code=field.code, label=field.label, control=_CONTROLS.get(field.kind, "text"), kind=field.kind, help=field.help,
        required=field.required, values=shown, options=options,
        stored=", ".join(names.get(one, one) for one in line.typed) if differs else None, error=errors.get(name),
    )  # fmt: skip
