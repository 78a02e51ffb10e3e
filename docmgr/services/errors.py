"""What services raise; only web/kit/errors.py and the command line know what to answer."""

from __future__ import annotations

from docmgr.services.message import Message


class NotFound(Exception):
    """There is no such thing, or the actor may not read it: the two look the same."""


class Refusal(Exception):
    """What a service refuses to do, with the sentence for the person; str() gives it in Vietnamese."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message.told()


class Invalid(Refusal):
    """Input that a person can mend; the message says how, `field` where."""

    def __init__(self, message: Message, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(Refusal):
    """Somebody else changed the thing in between; nothing was saved."""
