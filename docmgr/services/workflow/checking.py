"""Refuse a workflow that leads nowhere: all of it is checked before anything of it is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.workflow import words
from docmgr.services.workflow.definition import FlowDefinition, FlowState, Transition

MOST_STATES, MOST_TRANSITIONS, LONGEST_NAME = 30, 60, 60

FAULTS = {
    "few": "Quy trình phải có ít nhất hai trạng thái.",
    "many": "Quy trình có nhiều nhất %(states)s trạng thái và %(transitions)s bước.",
    "nameless": "Mỗi trạng thái và mỗi bước phải có tên, dài nhất %(most)s ký tự.",
    "twice": "Tên “%(name)s” được dùng hai lần.",
    "initial": "Hãy chọn trạng thái đầu; trạng thái đầu không thể là trạng thái kết thúc.",
    "access": "Trạng thái “%(name)s” có quyền đọc không biết.",
    "state": "Bước “%(name)s” phải đi từ ít nhất một trạng thái đến một trạng thái có trong quy trình.",
    "who": "Bước “%(name)s” phải ghi ai được làm, chọn trong danh sách.",
    "guard": "Bước “%(name)s” có điều kiện không biết: %(guard)s.",
    "act": "Bước “%(name)s” có việc kèm theo hoặc cách giao không biết.",
    "no_end": "Quy trình phải có ít nhất một trạng thái kết thúc.",
    "unreachable": "Không bước nào dẫn tới trạng thái “%(name)s” từ trạng thái đầu.",
    "stuck": "Từ trạng thái “%(name)s” không có đường tới trạng thái kết thúc.",
}


def check(definition: FlowDefinition) -> None:
    """Raise Invalid with the first fault of the definition: a part that is missing or unknown, a state that nothing leads to,
    or one from which no final state can be reached."""
    _check_states(definition)
    for one in definition.transitions:
        _check_transition(definition, one)
    reached = _reached([definition.initial], definition.transitions)
    ends = [state.code for state in definition.states if state.final]
    for state in definition.states:
        if state.code not in reached:
            raise _fault("unreachable", name=state.name)
        if not state.final and not _reached([state.code], definition.transitions) & set(ends):
            raise _fault("stuck", name=state.name)


def _check_states(definition: FlowDefinition) -> None:
    states, transitions = definition.states, definition.transitions
    if len(states) < 2:
        raise _fault("few")
    if len(states) > MOST_STATES or len(transitions) > MOST_TRANSITIONS:
        raise _fault("many", states=MOST_STATES, transitions=MOST_TRANSITIONS)
    _check_names(states)
    _check_names(transitions)
    first = definition.by_code.get(definition.initial)
    if first is None or first.final:
        raise _fault("initial")
    for state in states:
        if state.access is not None and state.access not in words.ACCESS:
            raise _fault("access", name=state.name)
    if not any(state.final for state in states):
        raise _fault("no_end")


def _check_names(parts: Iterable[FlowState | Transition]) -> None:
    names, codes = set(), set()
    for part in parts:
        if not part.code or not 1 <= len(part.name) <= LONGEST_NAME or not part.name.isprintable():
            raise _fault("nameless", most=LONGEST_NAME)
        if part.name.casefold() in names or part.code in codes:
            raise _fault("twice", name=part.name)
        names.add(part.name.casefold())
        codes.add(part.code)


def _check_transition(definition: FlowDefinition, one: Transition) -> None:
    if not one.sources or not {*one.sources, one.to} <= definition.by_code.keys():
        raise _fault("state", name=one.name)
    if not one.who or not set(one.who) <= words.WHO.keys():
        raise _fault("who", name=one.name)
    for guard in one.guards:
        if guard not in words.GUARDS:
            raise _fault("guard", name=one.name, guard=guard)
    if (one.act is not None and one.act not in words.ACTS) or one.assign not in words.ASSIGN:
        raise _fault("act", name=one.name)


def _reached(starts: Collection[str], transitions: Iterable[Transition]) -> set[str]:
    """The states that can be reached from the states `starts`, which are among them."""
    found, waiting = set(starts), list(starts)
    while waiting:
        here = waiting.pop()
        for one in transitions:
            if here in one.sources and one.to not in found:
                found.add(one.to)
                waiting.append(one.to)
    return found


def _fault(fault: str, **values: str | int) -> Invalid:
    return Invalid(Message(FAULTS[fault], **values))
