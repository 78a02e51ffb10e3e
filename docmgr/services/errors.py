"""The errors that services raise. web/kit/errors.py turns them into pages, and the command line turns them
into messages."""

from __future__ import annotations

from docmgr.services.message import Message


class NotFound(Exception):
    """There is no such document, folder or other record, or the actor may not read it. The error does not
    tell which, so that nobody learns what exists."""


class Refusal(Exception):
    """Raised when a service refuses to do something. `message` is the sentence for the person; str() gives it in
    Vietnamese."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message.told()


class Invalid(Refusal):
    """Raised when a person's input is wrong. The message says how to correct it, and `field` names the field of the
    form, or is None when it concerns no single field."""

    def __init__(self, message: Message, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(Refusal):
    """Raised when somebody else has changed the same record since the form was opened. Nothing was saved; `message`
    says so in Vietnamese."""
