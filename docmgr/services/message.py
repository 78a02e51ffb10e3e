"""Sentences of the program as data: the text of the catalogue and the values in it, put together where they are told.

A `Message` is the program's own and is told in the reader's language. A plain str among `Words` was written by a person
and is told as it is, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Translate = Callable[[str], str]


def vietnamese(msgid: str) -> str:
    """The translation into Vietnamese, the language of the msgids."""
    return msgid


@dataclass(frozen=True, init=False)
class Message:
    """One sentence: `msgid` is its Vietnamese text with %(name)s for each value, as the catalogue holds it.

    A value that is a Message itself (the name of a field, a role) is translated as well, any other one is not.
    """

    msgid: str
    values: tuple[tuple[str, Value], ...]

    def __init__(self, msgid: str, /, **values: Value) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "values", tuple(values.items()))

    def told(self, translate: Translate = vietnamese) -> str:
        """The words, as `translate` gives them for a msgid."""
        text = translate(self.msgid)
        return text % {name: told(value, translate) for name, value in self.values} if self.values else text

    def stored(self) -> dict[str, Any]:
        """The JSON that events keep; `restored` reads it."""
        values = {name: value.stored() if isinstance(value, Message) else value for name, value in self.values}
        return {"msgid": self.msgid, "values": values}


Value = Message | str | int
# What is shown of somebody or something: the program's own words, or those of a person.
Words = Message | str


def told(words: Value, translate: Translate = vietnamese) -> str:
    """A Message as `translate` tells it, anything else as it is."""
    return words.told(translate) if isinstance(words, Message) else str(words)


def restored(value: Any) -> Any:
    """The Message that `Message.stored` gave this JSON for, any other value as it is."""
    if isinstance(value, Mapping) and value.keys() == {"msgid", "values"}:
        return Message(value["msgid"], **{name: restored(one) for name, one in value["values"].items()})
    return value


def in_vietnamese(value: Any) -> Any:
    """JSON in which each message that was stored is replaced by its words."""
    value = restored(value)
    if isinstance(value, Message):
        return value.told()
    if isinstance(value, Mapping):
        return {name: in_vietnamese(one) for name, one in value.items()}
    return [in_vietnamese(one) for one in value] if isinstance(value, list) else value
