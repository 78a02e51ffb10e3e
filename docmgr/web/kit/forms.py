"""Handle forms that create or change a record: show the form, store the input through a service, and answer.

A view only says what the form is, how its input is read and which service stores it. This module decides the
answer: a redirect after success, or the form again with the errors or the conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Words as Told
from docmgr.web.kit import messages
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
    """The form that a request shows or submits.

    `template` is the name of its template, and `labels` maps field names to Vietnamese labels. `stored` has
    the stored values by field name, and `revision` is the revision of the record. Both are None for a new
    record. `words` is for fields whose values are codes: it gives, by field name, the words of each code.

    `more` is called with the field values and the submitted input, and returns the other template variables.
    `typed` is called with the submitted input, and returns its field values.
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
    about: Callable[[Result], tuple[str, str]] | None = None,
    undo: Callable[[Result], messages.Undo | None] | None = None,
) -> Answer:
    """Handle a GET or POST request for a form and return the response. `make` builds the form; after a
    conflict it is called again.

    GET shows the form with the values of `first`, or with the stored values when `first` is None. POST reads
    the input with `read`, and passes it to `store` with the revision that the form was opened with. After
    success the person is redirected to the page `to(result)` with the message `told`, which links to `about(result)`,
    a pair (name, address), where the page is about something else, and has the button `undo(result)`. When a field is invalid
    (status 400) or somebody else changed the record (status 409), the form is shown again with everything
    typed.

    Exceptions of `make` and `store` are raised, except Invalid and Conflict of `store`.
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
    messages.tell(told, to=about(result) if about else None, undo=undo(result) if undo else None)  # type: ignore[arg-type]
    return redirect(to(result))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Typed:
    """What a person types beside a button, such as a reason. `labels` maps the names of these fields to Vietnamese labels.
    `now` is called when the act was refused, and returns the present revision, None where there is none, and what is stored now
    as pairs (label, words)."""

    labels: Mapping[str, str]
    now: Callable[[], tuple[int | None, Sequence[tuple[str, str]]]] = lambda: (None, ())


def act(do: Callable[[], object], told: str, to: str, back: str | None = None) -> Response:
    """Handle a button without a form: call `do`, then redirect to `to` with the message `told`. If `do`
    raises Invalid or Conflict, redirect to `back` (or to `to` when it is None) with the reason."""
    try:
        do()
    except (Invalid, Conflict) as refused:
        flash(in_words(refused.message), "danger")
        return redirect(back or to)
    flash(told, "success")
    return redirect(to)


def act_typed(
    do: Callable[[], object], told: str, to: str, typed: Typed, back: str | None = None, errors: Mapping[str, str] = MappingProxyType({})
) -> Answer:  # fmt: skip
    """Handle a button beside which a person types something, such as a reason, as `act` does. What was typed is not lost: when
    `do` raises Invalid or Conflict and a field of `typed` has text, a page shows it with what is stored now, and offers to do
    it all the same (status 400 or 409). `do` is not called when reading a field of `typed` gave one of the `errors`."""
    if errors:
        return _refused(next(iter(errors.values())), 400, typed, back or to)
    if not any(request.form.get(name, "").strip() for name in typed.labels):
        return act(do, told, to, back)
    try:
        do()
    except (Invalid, Conflict) as error:
        return _refused(error.message, 409 if isinstance(error, Conflict) else 400, typed, back or to)
    flash(told, "success")
    return redirect(to)


def _refused(why: Told, status: int, typed: Typed, back: str) -> tuple[str, int]:
    sent = Sent(request.form)
    revision, stored = typed.now()
    ours = {"csrf_token", "revision", *typed.labels}
    hidden = [(name, value) for name, value in request.form.items(multi=True) if name not in ours]
    if revision is not None:
        hidden.append(("revision", str(revision)))
    # Buttons of one page may share their labels.
    fields = [(name, _(label), sent.text(name)) for name, label in typed.labels.items() if name in request.form]
    return render_template("errors/refused.html", why=why, stored=stored, fields=fields, hidden=hidden, back=back), status


def _again(form: Form, sent: Sent) -> str:
    # The revision of the first input is kept: correcting a field does not make a stale form current.
    return page(form, form.typed(sent), sent, revision=sent.revision)


def page(
    form: Form, values: Values, sent: Sent, *, revision: int | None = None, conflict: Conflict | None = None
) -> str:
    """Render `form` with these field `values`. `sent` is the submitted input. `revision` replaces the stored
    revision in the form; None keeps the stored one. With `conflict`, the page also shows the stored values
    that differ from the typed ones."""
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
