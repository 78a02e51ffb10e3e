"""Fill a form: a DOCX with fields `{{ … }}` and loops `{% … %}` and the plain values of a paper make the DOCX of the paper."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError, TemplateError
from lxml import etree

from docmgr.writing import paper
from docmgr.writing.own_forms.fields import Field, Values
from docmgr.writing.own_forms.sandbox import Environment, Fault, faults

# In characters: of one part of a filled form, and of the text around a fault.
MOST_FILLED, MOST_NEAR = 30_000_000, 120
_TAGS = re.compile("<[^>]*>")
# Codes of fields by which Word fetches other files or starts programs.
_FETCHING = re.compile(r"INCLUDE(?:PICTURE|TEXT)|DDE|IMPORT|MACROBUTTON|DATABASE|(?<!HYPER)LINK|[{][{%]", re.IGNORECASE)
# An address that people follow fetches nothing.
_FOLLOWED = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"[^"{]*"', re.IGNORECASE)
_MISSING = re.compile(r"Unexpected end of template|expected.*'end|end of statement block.*end")
_TAG = re.compile(r"unknown tag '([^']*)'")


class Faulty(Exception):
    """The form cannot be filled; `faults` say why, in the order of the form."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__(found)
        self.faults = tuple(found)


class _Form(DocxTemplate):
    """A form whose parts are read against the fields of the paper before they are run. All faults are collected; `found` has them."""

    def __init__(self, data: bytes, fields: Sequence[Field]) -> None:
        super().__init__(io.BytesIO(data))
        self.fields, self.found = fields, list[Fault]()

    def render_xml_part(self, src_xml: str, part: Any, context: Values, jinja_env: Environment) -> str:
        """Check and fill the XML of one part. A part with a fault stays as it is."""
        # Paragraphs begin lines, so that a line's number finds the text around a fault.
        source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
        lines = [_plain(line) for line in source.split("\n")]
        try:
            known = faults(jinja_env.parse(source), self.fields, lines)
        except TemplateSyntaxError as fault:
            known = [_syntax(fault, lines)]
        if known:
            self.found += known
            return re.sub(r"{[{%#].*?[}%#]}", "", src_xml, flags=re.DOTALL)
        filled = str(super().render_xml_part(src_xml, part, context, jinja_env))
        if len(filled) > MOST_FILLED:
            raise Faulty([Fault("too_large")])
        return self._sound(filled)

    def _sound(self, filled: str) -> str:
        """The filled XML. Raises Faulty when it is broken: a loop began in one row or paragraph and ended within another."""
        try:
            root = etree.fromstring(filled.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        except etree.XMLSyntaxError as fault:
            raise Faulty([Fault("structure")]) from fault
        refuse_fetching(root)
        return filled

    def render_properties(self, context: Values, jinja_env: Any = None) -> None:
        """The properties of the file stay as they are."""


def fill(data: bytes, fields: Sequence[Field], values: Values) -> bytes:
    """Fill the form with the values of a paper that has these fields; returns the bytes of a DOCX. Raises Faulty."""
    form = _Form(data, fields)
    try:
        form.render(_plain_values(values), Environment(), autoescape=True)
        if form.found:
            raise Faulty(list(dict.fromkeys(form.found)))
        out = io.BytesIO()
        form.save(out)
        return out.getvalue()
    except SecurityError as fault:
        raise Faulty([Fault("forbidden")]) from fault
    except TemplateError as fault:
        raise Faulty([*form.found, Fault("values", str(fault)[:MOST_NEAR])]) from fault
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, etree.LxmlError) as fault:
        raise Faulty(form.found or [Fault("structure")]) from fault


def refuse_fetching(root: Any) -> None:
    """Raises Faulty when a field of Word in the XML fetches other files or starts programs; what a form fills in is no such code either."""
    # Piece by piece, so that the quotation marks of two pieces hide nothing between them.
    codes = "".join(_FOLLOWED.sub("HYPERLINK", one.text or "") for one in root.iter("{*}instrText"))
    codes += " ".join(value for one in root.iter("{*}fldSimple") for name, value in one.attrib.items() if name.endswith("}instr"))
    named = _FETCHING.search(codes)
    if named:
        raise Faulty([Fault("fetching", named.group())])


def _plain_values(value: Any) -> Any:
    """Copy plain values, texts without characters that XML does not have. Raises TypeError for any other object."""
    if isinstance(value, str):
        return paper.cleaned(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, dict):
        return {str(name): _plain_values(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain_values(one) for one in value]
    raise TypeError(type(value).__name__)


def _plain(line: str) -> str:
    words = " ".join(_TAGS.sub("", line).split())
    return words if len(words) <= MOST_NEAR else words[: MOST_NEAR - 1] + "…"


def _syntax(fault: TemplateSyntaxError, lines: Sequence[str]) -> Fault:
    told = fault.message or ""
    near = next((one for one in reversed(lines[: fault.lineno]) if "{" in one), "")
    tag = _TAG.search(told)
    if _MISSING.search(told) and not (tag and not tag.group(1).startswith("end")):
        return Fault("unclosed", "", near)
    return Fault("tag", tag.group(1), near) if tag else Fault("syntax", "", near)
