"""What a tag and a field of work are called, and what may be typed as one."""

from __future__ import annotations

from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext.text import clean_line

KINDS = {"field": "Lĩnh vực", "tag": "Nhãn"}
# The longest name in characters, and the most tags of one document.
LONGEST, MOST_TAGS = 100, 20
# Between tags in a form and in the index. The name of a tag contains neither.
SEPARATORS = ",;"
TOO_MANY = Message("Một văn bản có nhiều nhất %(most)s nhãn.", most=MOST_TAGS)


def name(text: str | None, field: str, kind: str = "tag") -> str:
    """Clean the name of a tag or field of work (`kind`). Raises Invalid with `field` when it is blank, too long, or a tag with a
    comma or semicolon, which stand between tags."""
    cleaned = forms.required(clean_line(text or ""), Message("Hãy ghi tên."), field, LONGEST)
    if kind == "tag" and any(sign in cleaned for sign in SEPARATORS):
        raise Invalid(Message("Tên nhãn không có dấu phẩy và dấu chấm phẩy."), field)
    return cleaned


def key(cleaned: str) -> str:
    """The name without capitals: two names with the same key are one word."""
    return cleaned.casefold()[:200]


def tags(text: str | None, field: str) -> tuple[str, ...]:
    """Read the tags that a person typed, separated by commas, semicolons or lines; the same word counts once. Raises Invalid
    with `field` when a name is too long or there are more than MOST_TAGS."""
    typed = text or ""
    for sign in SEPARATORS:
        typed = typed.replace(sign, "\n")
    found: dict[str, str] = {}
    for line in typed.splitlines():
        if clean_line(line):
            one = name(line, field)
            found.setdefault(key(one), one)
    if len(found) > MOST_TAGS:
        raise Invalid(TOO_MANY, field)
    return tuple(found.values())
