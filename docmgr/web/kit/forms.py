"""Forms that make or change a record: show them, let a service store what was sent, answer.

A module says what its form is, how it is read and which service stores it; what is answered is the same everywhere:
the form, then the next page, 400 with a sentence at each field, or 409 with what is stored now beside what was typed.
Decides nothing about fields and rights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Conflict, Invalid
from docmgr.web.kit.inputs import Sent, differing
from docmgr.web.kit.words import in_words

Given = TypeVar("Given")
Result = TypeVar("Result")
Values = Mapping[str, Any]
Words = Mapping[str, Mapping[Any, str]]
Answer = Response | str | tuple[str, int]


def _as_sent(sent: Sent) -> Values:
    return sent.form


@dataclass(frozen=True)
class Form:
    """A form of this request: its template, its fields in words, and what else the page shows.

    `more` makes that from what the fields hold and what was sent. `stored` is what is stored now, as the fields hold
    it, and `revision` its state; None where something new is made. `words` names coded values by field, `typed` says
    what the fields hold after sending.
    """

    template: str
    labels: Mapping[str, str]
    more: Callable[[Values, Sent], dict[str, Any]]
    stored: Values | None = None
    revision: int | None = None
    words: Words | None = None
    typed: Callable[[Sent], Values] = _as_sent


def answer(
    make: Callable[[], Form],
    read: Callable[[Sent], Given],
    store: Callable[[Given, int], Result],
    told: str,
    to: Callable[[Result], str],
    first: Callable[[], Values] | None = None,
) -> Answer:
    """GET: the form, with the values of `first`, else with what is stored. POST: what was sent is read and stored with
    the revision that it was filled in over; then `told` and on to the next page, or the form again with all that was
    typed.

    `make` is asked once more after a conflict, for what is stored by then. Raises what `make` and `store` raise, but
    for Invalid and Conflict.
    """
    sent, form = Sent(request.form), make()
    if request.method != "POST":
        return page(form, first() if first else form.stored or {}, sent)
    if sent.searching:
        return _again(form, sent)
    given = read(sent)
    try:
        result = sent.try_to(lambda: store(given, sent.revision))
    except Conflict as conflict:
        form = make()
        return page(form, form.typed(sent), sent, conflict=conflict), 409
    if sent.errors:
        return _again(form, sent), 400
    flash(told, "success")
    return redirect(to(result))  # type: ignore[arg-type]


def act(do: Callable[[], object], told: str, to: str, back: str | None = None) -> Response:
    """A button: what it did, or why nothing was done, is told on the page that follows."""
    try:
        do()
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(back or to)
    flash(told, "success")
    return redirect(to)


def _again(form: Form, sent: Sent) -> str:
    # The state that was filled in over stays: correcting a field does not make a stale form fresh.
    return page(form, form.typed(sent), sent, revision=sent.revision)


def page(
    form: Form, values: Values, sent: Sent, *, revision: int | None = None, conflict: Conflict | None = None
) -> str:
    """The form with these values, over what is stored now unless another state is named."""
    labels = {name: _(label) for name, label in form.labels.items()}
    return render_template(
        form.template,
        values=values,
        errors=sent.errors,
        revision=None if form.revision is None else revision if revision is not None else form.revision,
        conflict=conflict,
        stored=differing(labels, values, form.stored or {}, form.words or {}) if conflict else [],
        **form.more(values, sent),
    )
