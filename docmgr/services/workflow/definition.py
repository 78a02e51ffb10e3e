"""What a workflow is: its states and transitions as plain data, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class FlowState:
    """A state of a workflow. `access` is the state of publication (policy.WORKFLOWS) that a document gets with it, which
    decides who may read; None leaves that as it is. In a `final` state a document waits for nobody."""

    code: str
    name: str
    access: str | None = None
    final: bool = False


@dataclass(frozen=True)
class Transition:
    """A step from one of the states `sources` to the state `to`. `who`, `guards`, `act` and `assign` are keys of
    services.workflow.words. `comment`: it needs a reason. `due` and `answer`: it may set a deadline, or name the document
    that answers. Without `awaited` it may be made, but a document does not wait for it in anybody's list."""

    code: str
    name: str
    sources: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    guards: tuple[str, ...] = ()
    act: str | None = None
    assign: str = "keep"
    comment: bool = False
    due: bool = False
    answer: bool = False
    awaited: bool = True

    @property
    def returns(self) -> bool:
        """Whether it gives the document back."""
        return self.assign in ("author", "giver") and self.comment

    @property
    def plain(self) -> bool:
        """Whether it needs nothing but a click."""
        return not (self.comment or self.due or self.answer or self.assign in ("required", "optional"))


@dataclass(frozen=True)
class FlowDefinition:
    """A workflow: a document begins in the state `initial`."""

    initial: str
    states: tuple[FlowState, ...]
    transitions: tuple[Transition, ...]

    @cached_property
    def by_code(self) -> Mapping[str, FlowState]:
        """The states by their codes."""
        return {state.code: state for state in self.states}

    @property
    def leads(self) -> bool:
        """Whether its states say who may read a document."""
        return any(state.access for state in self.states)

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions from a state, in their order."""
        return tuple(one for one in self.transitions if state in one.sources)

    def transition(self, code: str) -> Transition | None:
        """The transition with this code; None when there is none."""
        return next((one for one in self.transitions if one.code == code), None)


def from_json(stored: Mapping[str, Any]) -> FlowDefinition:
    """Read a definition as the database and the delivered files have it."""
    states = tuple(FlowState(**state) for state in stored["states"])
    return FlowDefinition(stored["initial"], states, tuple(_transition(one) for one in stored["transitions"]))


def _transition(stored: Mapping[str, Any]) -> Transition:
    values = {**stored, "sources": tuple(stored["from"]), "who": tuple(stored["who"]), "guards": tuple(stored.get("guards", ()))}
    del values["from"]
    return Transition(**values)


def to_json(definition: FlowDefinition) -> dict[str, Any]:
    """Write a definition as JSON, without what is usual."""
    usual = {**asdict(FlowState("", "")), **asdict(Transition("", "", (), "", ())), "code": None, "name": None, "to": None, "who": None}
    states = [_unusual(asdict(state), usual) for state in definition.states]
    transitions = []
    for one in definition.transitions:
        written = asdict(one)
        written["from"] = written.pop("sources")
        transitions.append({key: list(value) if isinstance(value, tuple) else value for key, value in _unusual(written, usual).items()})
    return {"initial": definition.initial, "states": states, "transitions": transitions}


def _unusual(values: dict[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in usual or value != usual[key]}
