"""The rules of publication with their legal basis, and its forms, which administrators edit. Whoever reads documents sees them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Publication, PublicationForm, PublicationRule, PublicationRuleType
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.openness import words
from docmgr.services.openness.words import AUDIENCES
from docmgr.services.trail import log
from legaltext.doctypes import NAMES
from legaltext.text import clean_line


@dataclass(frozen=True)
class RuleInput:
    """What a form says of a rule. `types` are the types of documents that must be published, a line each."""

    name: str = ""
    audience: str = "agency"
    start_days: int | None = None
    least_days: int | None = None
    basis: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    types: str = ""


@dataclass(frozen=True)
class PublicationRuleRow:
    """A rule with the types of documents that must be published by it, and by how many publications it was followed."""

    rule: PublicationRule
    types: tuple[str, ...]
    used: int


def listing(actor: Actor) -> list[PublicationRuleRow]:
    """List the rules, those that still apply first. Raises Denied when the actor's roles may not read documents."""
    _may_look(actor)
    with db.read() as session:
        rows = list(session.scalars(select(PublicationRule).order_by(PublicationRule.valid_to.is_not(None), PublicationRule.id).limit(words.MOST_ROWS)))
        types = list(session.scalars(select(PublicationRuleType).order_by(PublicationRuleType.type)))
        counted = select(Publication.rule_id, func.count()).where(Publication.rule_id.is_not(None)).group_by(Publication.rule_id)
        used = {number: count for number, count in session.execute(counted)}
    return [PublicationRuleRow(row, tuple(one.type for one in types if one.rule_id == row.id), used.get(row.id, 0)) for row in rows]


def get(actor: Actor, rule_id: int) -> PublicationRuleRow:
    """Load one rule. Raises Denied and NotFound."""
    _may_look(actor)
    with db.read() as session:
        return _row(session, forms.loaded(session, PublicationRule, rule_id))


def _may_look(actor: Actor) -> None:
    # Administrators, who edit rules, read no documents.
    if not policy.may(actor, "agency:manage"):
        policy.require(actor, "document:read")


def _row(session: Session, rule: PublicationRule) -> PublicationRuleRow:
    types = session.scalars(select(PublicationRuleType.type).where(PublicationRuleType.rule_id == rule.id).order_by(PublicationRuleType.type))
    return PublicationRuleRow(rule, tuple(types), session.scalar(select(func.count(Publication.id)).where(Publication.rule_id == rule.id)) or 0)


def save(actor: Actor, rule_id: int | None, given: RuleInput, *, revision: int | None = None) -> int:
    """Add a rule (None) or change one, and return its id. What was published before is not judged anew. Raises Denied, NotFound,
    Conflict, and Invalid with the field that is wrong."""
    policy.require(actor, "agency:manage")
    values, types = _checked(given)
    with db.write() as session:
        forms.one_at_a_time(session, PublicationRule)
        taken = select(PublicationRule.id).where(PublicationRule.name == values["name"], PublicationRule.id != (rule_id or 0))
        if session.scalar(taken) is not None:
            raise Invalid(Message("Đã có quy định tên này."), "name")
        if rule_id is None and (session.scalar(select(func.count(PublicationRule.id))) or 0) >= words.MOST_ROWS:
            raise Invalid(Message("Đã có %(most)s quy định, không thêm được nữa.", most=words.MOST_ROWS))
        rule = PublicationRule() if rule_id is None else forms.for_change(session, PublicationRule, rule_id, revision)
        before = {} if rule_id is None else _shown(_row(session, rule))
        for name, value in values.items():
            setattr(rule, name, value)
        if rule_id is None:
            session.add(rule)
        else:
            forms.bump(rule)
        session.flush()
        session.execute(delete(PublicationRuleType).where(PublicationRuleType.rule_id == rule.id))
        session.add_all(PublicationRuleType(rule_id=rule.id, type=one) for one in types)
        session.flush()
        after = _shown(_row(session, rule))
        details = forms.differences(before, after) if rule_id is not None else forms.filled(after)
        log.record(session, actor, "publication:rule", "publication_rule", rule.id, rule.name, details=details)
        return rule.id


def _checked(given: RuleInput) -> tuple[dict[str, object], list[str]]:
    days, least = given.start_days, given.least_days
    if days is not None and not 1 <= days <= words.MOST_START_DAYS:
        raise Invalid(Message("Số ngày làm việc phải từ 1 đến %(most)s; để trống nếu không có hạn.", most=words.MOST_START_DAYS), "start_days")
    if least is None or not 1 <= least <= words.MOST_DAYS:
        raise Invalid(words.NO_DAYS, "least_days")
    if given.valid_from is None or not words.FIRST_YEAR <= given.valid_from.year <= words.LAST_YEAR:
        raise Invalid(Message("Hãy ghi ngày quy định bắt đầu áp dụng, từ năm 1990 đến năm 2100."), "valid_from")
    if given.valid_to is not None and given.valid_to < given.valid_from:
        raise Invalid(Message("Ngày thôi áp dụng không được trước ngày bắt đầu."), "valid_to")
    values: dict[str, object] = {
        "name": forms.required(clean_line(given.name), Message("Hãy ghi tên quy định."), "name", words.NAME),
        "audience": forms.one_of(given.audience, words.AUDIENCES, "audience"),
        "start_days": days, "least_days": least,
        "basis": forms.required(given.basis, Message("Hãy ghi căn cứ pháp lý của quy định."), "basis", words.BASIS),
        "valid_from": given.valid_from, "valid_to": given.valid_to,
    }  # fmt: skip
    return values, _types(given.types)


def _types(typed: str) -> list[str]:
    known = {name.casefold(): name for name in NAMES}
    found: list[str] = []
    for line in (forms.cleaned(typed, "types") or "").splitlines():
        if not (name := clean_line(line)):
            continue
        if name.casefold() not in known:
            raise Invalid(Message("Không có loại văn bản “%(type)s”.", type=name[:100]), "types")
        found.append(known[name.casefold()])
    return sorted(dict.fromkeys(found))


def _shown(row: PublicationRuleRow) -> dict[str, Words | None]:
    rule = row.rule
    return {
        "Tên quy định": rule.name, "Công khai cho": Message(AUDIENCES[rule.audience]),
        "Bắt đầu chậm nhất (ngày làm việc)": str(rule.start_days) if rule.start_days is not None else None,
        "Ít nhất (ngày)": str(rule.least_days), "Căn cứ pháp lý": rule.basis, "Áp dụng từ": forms.day(rule.valid_from),
        "Áp dụng đến": forms.day(rule.valid_to), "Loại văn bản phải công khai": ", ".join(row.types) or None,
    }  # fmt: skip


def kinds(actor: Actor, *, in_use: bool = False) -> list[PublicationForm]:
    """List the forms of publication; with `in_use` only those that may be chosen. Raises Denied when the actor's roles may not read
    documents."""
    _may_look(actor)
    query = select(PublicationForm).order_by(PublicationForm.in_use.desc(), PublicationForm.id).limit(words.MOST_ROWS)
    with db.read() as session:
        return list(session.scalars(query.where(PublicationForm.in_use) if in_use else query))


def save_kind(actor: Actor, form_id: int | None, name: str, in_use: bool = True, *, revision: int | None = None) -> None:
    """Add a form of publication (None) or change one. Raises Denied, NotFound, Conflict, and Invalid when the name is blank, too long
    or taken."""
    policy.require(actor, "agency:manage")
    called = forms.required(clean_line(name), Message("Hãy ghi tên hình thức."), "name", words.NAME)
    with db.write() as session:
        forms.one_at_a_time(session, PublicationForm)
        if session.scalar(select(PublicationForm.id).where(PublicationForm.name == called, PublicationForm.id != (form_id or 0))) is not None:
            raise Invalid(Message("Đã có hình thức tên này."), "name")
        if form_id is None and (session.scalar(select(func.count(PublicationForm.id))) or 0) >= words.MOST_ROWS:
            raise Invalid(Message("Đã có %(most)s hình thức, không thêm được nữa.", most=words.MOST_ROWS))
        row = PublicationForm(name="", in_use=True) if form_id is None else forms.for_change(session, PublicationForm, form_id, revision)
        before = {} if form_id is None else _told(row)
        row.name, row.in_use = called, in_use
        if form_id is None:
            session.add(row)
        else:
            forms.bump(row)
        session.flush()
        changes = forms.differences(before, _told(row)) if form_id is not None else None
        log.record(session, actor, "publication:form", "publication_form", row.id, row.name, details=changes)


def _told(row: PublicationForm) -> dict[str, Words | None]:
    return {"Tên": row.name, "Đang dùng": Message("Có") if row.in_use else Message("Không")}
