"""What a form may say: fields, loops over lists, conditions and a few filters. Everything else is refused before it is run.

A form is written by people of the agency and still not trusted: it never reaches an attribute or a method of an object, calls nothing and
computes nothing. `Environment` looks names up in plain records alone, and `faults` reads the parsed form against the fields of the paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docmgr.writing.layout.lengths import rule_row
from docmgr.writing.own_forms.fields import Field

# "ke" draws the rule (đường kẻ) below a name or a subject.
FILTERS = ("upper", "lower", "capitalize", "trim", "length", "ke")
# What a loop tells of itself.
LOOP = ("index", "first", "last", "length")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.For, nodes.If, nodes.Not, nodes.And, nodes.Or,
    nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.Filter,
)  # fmt: skip
_MOST_NODES, _MOST_DEPTH = 20_000, 4


@dataclass(frozen=True)
class Fault:
    """What is wrong with a form: `code` says what kind, `what` names the thing, and `near` is the text around it."""

    code: str
    what: str = ""
    near: str = ""


def _worded(value: Any) -> Any:
    """What stands in the paper for a value: a condition is no word of the language, nor is a value that is missing."""
    if isinstance(value, bool):
        return "có" if value else "không"
    return "" if value is None else value


def _rule_below(value: Any) -> str:
    """The rule below the words of a value, as a row of underscores."""
    return rule_row(str(_worded(value)))


class Environment(ImmutableSandboxedEnvironment):
    """Jinja without functions, tests and most filters; unknown names raise an error, and all values are escaped."""

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, cache_size=0, finalize=_worded)
        self.globals.clear()
        self.tests.clear()
        self.filters = {name: _rule_below if name == "ke" else self.filters[name] for name in FILTERS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value of a record, or what a loop says of itself; never an attribute of any other object."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Forms name the parts of a record with a dot alone."""
        return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(obj=obj, name=argument)

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Undefined:
        """Nothing is called."""
        return __self.undefined(obj=__obj, name="()")


# Comparisons of size, by the names that Jinja has for them.
_ORDERS = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
# A name in a form → what it stands for: a field, a word of a list (None), or a loop's own record.
_Names = Mapping[str, "Field | None"]
_LOOP_FIELD = Field("loop", "", tuple(Field(name, "") for name in LOOP))


def faults(parsed: nodes.Template, fields: Sequence[Field], lines: Sequence[str]) -> list[Fault]:
    """What the form may not say, and the names in it that are no fields. `lines` are those of the source, for the text around a fault."""
    found: list[Fault] = []
    everything = list(parsed.find_all(nodes.Node))
    if len(everything) > _MOST_NODES:
        return [Fault("too_large")]
    for one in everything:
        if not isinstance(one, _ALLOWED):
            found.append(Fault("forbidden", _word(one), _near(one, lines)))
        elif isinstance(one, nodes.Filter) and (one.name not in FILTERS or one.args or one.kwargs or one.dyn_args or one.dyn_kwargs):
            found.append(Fault("filter", one.name, _near(one, lines)))
        elif isinstance(one, nodes.Operand) and one.op in _ORDERS:
            # Values may be blank or words, which have no order.
            found.append(Fault("forbidden", _ORDERS[one.op], _near(one, lines)))
    if not found:
        names: dict[str, Field | None] = {field.name: field for field in fields}
        found = [Fault(fault.code, fault.what, near) for fault, near in _walk(parsed, names, 0, lines)]
    return list(dict.fromkeys(found))


def _walk(node: nodes.Node, names: _Names, depth: int, lines: Sequence[str]) -> Iterator[tuple[Fault, str]]:
    """Look at each name with the names that are known at its place."""
    if isinstance(node, nodes.For):
        yield from _for(node, names, depth, lines)
    elif isinstance(node, nodes.Output):
        for child in node.nodes:
            several = [one for one in _printed(child) if _has_parts(one, names)]
            for one in several:
                yield Fault("list" if _field(one, names) else "record", _named(one)), _near(child, lines)
            if not several:
                yield from _walk(child, names, depth, lines)
    elif isinstance(node, nodes.Getattr):
        yield from _part(node, names, lines)
    elif isinstance(node, nodes.Name):
        if node.name not in names:
            yield Fault("unknown", node.name), _near(node, lines)
    else:
        for inside in node.iter_child_nodes():
            yield from _walk(inside, names, depth, lines)


def _printed(node: nodes.Node | None) -> Iterator[nodes.Node]:
    """The expressions of which `node` prints the value."""
    if isinstance(node, nodes.Filter) and node.name != "length":
        yield from _printed(node.node)
    elif isinstance(node, nodes.CondExpr):
        yield from (*_printed(node.expr1), *_printed(node.expr2))
    elif isinstance(node, (nodes.And, nodes.Or)):
        yield from (*_printed(node.left), *_printed(node.right))
    elif node is not None:
        yield node


def _has_parts(node: nodes.Node, names: _Names) -> bool:
    held = _field(node, names) or (names.get(node.name) if isinstance(node, nodes.Name) else None)
    return held is not None and held.parts is not None


def _for(node: nodes.For, names: _Names, depth: int, lines: Sequence[str]) -> Iterator[tuple[Fault, str]]:
    over = _field(node.iter, names)
    if over is None or over.parts is None or over is _LOOP_FIELD:
        yield Fault("no_list", _named(node.iter)), _near(node, lines)
        return
    if not isinstance(node.target, nodes.Name) or node.recursive or node.test or depth >= _MOST_DEPTH:
        yield Fault("forbidden", "for"), _near(node, lines)
        return
    inner = {**names, node.target.name: Field(node.target.name, "", over.parts) if over.parts else None, "loop": _LOOP_FIELD}
    for child in node.body:
        yield from _walk(child, inner, depth + 1, lines)
    # Nothing of the loop is known where the list is empty.
    for child in node.else_:
        yield from _walk(child, names, depth + 1, lines)


def _part(node: nodes.Getattr, names: _Names, lines: Sequence[str]) -> Iterator[tuple[Fault, str]]:
    if not isinstance(node.node, nodes.Name) or not _is_part(node, names):
        yield Fault("unknown", _named(node)), _near(node, lines)


def _is_part(node: nodes.Getattr, names: _Names) -> bool:
    """Whether `node` names a part of a record. A list has no parts itself: those are of its records, which a loop names."""
    assert isinstance(node.node, nodes.Name)
    held = names.get(node.node.name)
    record = held is not None and held.meaning == "" and held.parts
    return bool(record) and any(part.name == node.attr for part in (held.parts if held and held.parts else ()))


def _field(node: nodes.Node, names: _Names) -> Field | None:
    """The field that an expression names, None when it is none."""
    if isinstance(node, nodes.Name):
        held = names.get(node.name)
        return held if held is not None and held.meaning else None
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and _is_part(node, names):
        held = names[node.node.name]
        return next((part for part in (held.parts or () if held else ()) if part.name == node.attr), None)
    return None


def _named(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_named(node.node)}.{node.attr}"
    return str(getattr(node, "name", "…"))


def _word(node: nodes.Node) -> str:
    """How a form writes what it may not say."""
    if isinstance(node, nodes.Call):
        return f"{_named(node.node)}(…)"
    return {"Include": "include", "Import": "import", "FromImport": "from", "Extends": "extends", "Macro": "macro", "Assign": "set", "Block": "block"}.get(
        type(node).__name__, type(node).__name__
    )


def _near(node: nodes.Node, lines: Sequence[str]) -> str:
    place = (node.lineno or 1) - 1
    return lines[place] if 0 <= place < len(lines) else ""
