"""Sentences of the program as data: the Vietnamese text of the translation catalogue and the values in it. They are
translated and put together only when they are shown.

A `Message` was written by this program and is shown in the language of the person who reads it. A value of the type
`Words` is either a Message or a str; such a str was written by a person and is never translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Translate = Callable[[str], str]


def vietnamese(msgid: str) -> str:
    """Return the text itself: `msgid` is already Vietnamese, so that this translation changes nothing."""
    return msgid


@dataclass(frozen=True, init=False)
class Message:
    """One sentence of the program. `msgid` is its Vietnamese text as the translation catalogue has it, with %(name)s
    for each value. `values` are pairs (name, value).

    A value that is a Message itself (the name of a field, a role) is translated as well; other values are not.
    """

    msgid: str
    values: tuple[tuple[str, Value], ...]

    def __init__(self, msgid: str, /, **values: Value) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "values", tuple(values.items()))

    def told(self, translate: Translate = vietnamese) -> str:
        """Return the sentence as text. `translate` gives the translation of a `msgid`; by default the text is
        Vietnamese."""
        text = translate(self.msgid)
        return text % {name: told(value, translate) for name, value in self.values} if self.values else text

    def stored(self) -> dict[str, Any]:
        """The message as JSON, in the form in which events store it; `restored` makes a Message of it again."""
        values = {name: value.stored() if isinstance(value, Message) else value for name, value in self.values}
        return {"msgid": self.msgid, "values": values}


Value = Message | str | int
# What is shown of somebody or something: the program's own words, or those of a person.
Words = Message | str


def told(words: Value, translate: Translate = vietnamese) -> str:
    """Return `words` as text. A Message is translated by `translate`, a str stays as it is, and a number is written in
    digits."""
    return words.told(translate) if isinstance(words, Message) else str(words)


def restored(value: Any) -> Any:
    """Make a Message again of JSON that `Message.stored` returned. Any other value is returned unchanged."""
    if isinstance(value, Mapping) and value.keys() == {"msgid", "values"}:
        return Message(value["msgid"], **{name: restored(one) for name, one in value["values"].items()})
    return value


def in_vietnamese(value: Any) -> Any:
    """Copy a JSON value of an event, and replace each stored message in it, at any depth, by its Vietnamese text."""
    value = restored(value)
    if isinstance(value, Message):
        return value.told()
    if isinstance(value, Mapping):
        return {name: in_vietnamese(one) for name, one in value.items()}
    return [in_vietnamese(one) for one in value] if isinstance(value, list) else value
