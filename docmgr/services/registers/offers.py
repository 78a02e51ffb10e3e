"""What a form for a number offers: the series that fit a document with their next numbers, and the free numbers. Nothing is
given before the form is saved."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, NumberSeries
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.registers import issue, lines, listing, numbering
from docmgr.services.registers import series as number_series
from docmgr.services.registers.listing import RegisterLine
from legaltext import dates, doctypes
from legaltext.numbers import printed_serial


@dataclass(frozen=True)
class SeriesOffer:
    """A series that fits the document. `following` is its next number of this year as it would be printed; None where it
    could not be given, and `problem` says why."""

    id: int
    name: str
    following: str | None
    problem: Message | None


@dataclass(frozen=True)
class NumberOffer:
    """What the form for a number of `document` offers. `usual` is the id of the series that is chosen at first. `free` are
    lines whose numbers may be given. `numbered`: the document has a number already, which can be recorded. `takes_field`:
    its number may name the drafting unit."""

    document: Document
    series: tuple[SeriesOffer, ...]
    usual: int | None
    free: tuple[RegisterLine, ...]
    numbered: bool = False
    registered: bool = False
    takes_field: bool = False


def number(actor: Actor, document_id: int) -> NumberOffer:
    """What the form for the number of an outgoing document offers. Raises Denied or NotFound when the actor may not give
    it one."""
    with db.read() as session:
        document = guard.editable(session, actor, document_id, "register:edit")
        fitting = number_series.covering(session, "outgoing", document.type)
        offers = tuple(_offer(session, series, document.type) for series in fitting)
        return NumberOffer(
            document, offers, _usual(actor, fitting), _free(actor, fitting), issue.bears_number(session, document),
            lines.issued(session, document.id, "outgoing") is not None, doctypes.symbol_in_numbers(document.type or "") == "",
        )  # fmt: skip


def copy(actor: Actor, document_id: int) -> NumberOffer:
    """What the form for the number of a copy offers. Raises as `number` does."""
    return _of_kind(actor, document_id, "copies")


def arrival(actor: Actor, document_id: int) -> NumberOffer:
    """What the form for the number of arrival offers. Raises as `number` does."""
    return _of_kind(actor, document_id, "incoming")


def arrival_at_confirming(actor: Actor, document_id: int) -> NumberOffer | None:
    """What the form of facts offers for the number of arrival. None when the actor may not give one, or the document is in
    the register already. Raises NotFound when the actor may not edit the document."""
    if not policy.may(actor, "register:edit"):
        return None
    offer = arrival(actor, document_id)
    return None if offer.registered or offer.usual is None else offer


def _of_kind(actor: Actor, document_id: int, kind: str) -> NumberOffer:
    with db.read() as session:
        document = guard.editable(session, actor, document_id, "register:edit")
        fitting = number_series.covering(session, kind)
        offers = tuple(_offer(session, series, None) for series in fitting)
        registered = kind == "incoming" and lines.issued(session, document.id, kind) is not None
        return NumberOffer(document, offers, _usual(actor, fitting), _free(actor, fitting), registered=registered)


def _usual(actor: Actor, fitting: list[NumberSeries]) -> int | None:
    try:
        return number_series.chosen(actor, fitting, None).id
    except Invalid:
        return None


def _free(actor: Actor, fitting: list[NumberSeries]) -> tuple[RegisterLine, ...]:
    return tuple(listing.free(actor, [series.id for series in fitting]))


def _offer(session: Session, series: NumberSeries, type_name: str | None) -> SeriesOffer:
    year = dates.today().year
    following = numbering.following(session, series, year)
    try:
        if series.kind == "outgoing":
            shown = issue.printed(series, type_name, following, year, None) if type_name else printed_serial(following)
        else:
            shown = printed_serial(following)
            if series.kind == "copies":
                issue.organ_of(series)
    except Invalid as fault:
        return SeriesOffer(series.id, series.name, None, fault.message)
    return SeriesOffer(series.id, series.name, shown, None)
