"""Read mails in the format of the Internet (EML, RFC 5322 and MIME): the header lines and the body as text, and the
attachments as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from docmgr.reading.containers.base64_text import decoded
from docmgr.reading.containers.letter import Body, Letter, contents
from docmgr.reading.containers.mime import opened
from docmgr.reading.containers.unpacking import Unpacking
from docmgr.reading.formats.encoding import decode
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents

_DEPTH = 50
_LOGO_BYTES = 20_000
_BODIES = ("text/plain", "text/html")


@dataclass
class _MailParts:
    """What was found in a mail: the parts of its body, and what else it carries."""

    bodies: list[Body] = field(default_factory=list)
    others: list[Message] = field(default_factory=list)


def read_eml(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, unpack: Path | None = None) -> PartContents:
    """Read the mail at `path` within `limits`, and write its attachments to the folder `unpack`; None only lists
    them. Raises Unreadable when it is broken or too large."""
    message = opened(path, limits)
    if not message.keys():
        raise Unreadable("broken")
    parts = _MailParts()
    _sort(message, parts, 0)
    unpacking = Unpacking(unpack, limits)
    pages = " ".join(body.text for body in parts.bodies if body.is_html)
    for part in parts.others:
        _take(part, unpacking, pages)
    letter = Letter(
        subject=header(message, "subject"),
        sender=header(message, "from") or header(message, "sender"),
        to=header(message, "to"),
        copied=header(message, "cc"),
        sent=_moment(header(message, "date")),
        bodies=tuple(parts.bodies),
    )
    return contents("eml", letter, unpacking.taken, limits)


def header(message: Message, name: str) -> str:
    """Read a header line of a mail as people see it, "" when it has none. Encoded words are decoded."""
    for known, value in message.raw_items():
        if known.lower() == name:
            return _decoded(" ".join(str(value).split()))
    return ""


def _decoded(raw: str) -> str:
    if not raw.isascii():
        # Bytes that are no ASCII stand in the text as surrogates (PEP 383).
        return decode(raw.encode("utf-8", "surrogateescape"))
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(data if isinstance(data, str) else decode(data, charset) for data, charset in pieces)


def _moment(text: str) -> str:
    """Write the time of a mail as people read it. Returns `text` itself when it is no time."""
    try:
        return parsedate_to_datetime(text).strftime("%d/%m/%Y %H:%M %z").strip()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _sort(part: Message, parts: _MailParts, depth: int) -> None:
    """Sort a part of a mail, and those inside it, into body and attachments. Raises Unreadable when the parts are
    nested deeper than any real mail."""
    if depth > _DEPTH:
        raise Unreadable("broken")
    kind = part.get_content_type()
    inside = _inside(part) if part.get_content_maintype() == "multipart" else []
    if kind == "multipart/alternative" and inside:
        _sort_alternatives(inside, parts, depth)
    elif inside:
        for one in inside:
            _sort(one, parts, depth + 1)
    elif kind in _BODIES and not part.get_filename() and part.get_content_disposition() != "attachment":
        parts.bodies.append(Body(_words(part), is_html=kind == "text/html"))
    else:
        parts.others.append(part)


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _sort_alternatives(choices: list[Message], parts: _MailParts, depth: int) -> None:
    """Take one of several forms of the same body: the HTML form, which keeps its tables, when it has words; or else
    the others."""
    found = [_MailParts() for _ in choices]
    for choice, own in zip(choices, found, strict=True):
        _sort(choice, own, depth + 1)
    rich = any(body.is_html and body.has_words for own in found for body in own.bodies)
    for own in found:
        parts.bodies += [body for body in own.bodies if body.is_html or not rich]
        parts.others += own.others


def _words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise Unreadable("broken")
    return decode(payload, part.get_content_charset())


def _take(part: Message, unpacking: Unpacking, pages: str) -> None:
    """Unpack one attachment, or note why it is none. `pages` are the HTML parts of the body."""
    if part.get_content_maintype() == "message" and _inside(part):
        for one in _inside(part):
            unpacking.add(_name(part) or f"{header(one, 'subject') or 'thu-kem-theo'}.eml", [one.as_bytes()])
        return
    name = _name(part) or f"tep-kem-theo.{part.get_content_subtype()}"
    if part.get_content_maintype() == "image" and _is_inline(part, pages):
        unpacking.leave_out(name, sum(map(len, _chunks(part))), "inline")
    elif part.get_content_type() == "message/external-body":
        unpacking.leave_out(name, 0, "absent")
    else:
        unpacking.add(name, _chunks(part))
        # Its text is not needed any more; a mail of many megabytes has no room for it.
        part.set_payload("")


def _name(part: Message) -> str:
    return _decoded(part.get_filename() or "")


def _is_inline(part: Message, pages: str) -> bool:
    """Whether a picture belongs to the body of the mail, such as a logo in the signature. A phone sends its scans in
    the same way, but large and shown by no page."""
    name = str(part.get("content-id") or "").strip(" <>\r\n\t")
    if not name or part.get_content_disposition() == "attachment":
        return False
    return f"cid:{name}" in pages or sum(map(len, _chunks(part))) < _LOGO_BYTES


def _chunks(part: Message) -> Iterator[bytes]:
    """Yield the bytes of an attachment in pieces."""
    payload = part.get_payload()
    if isinstance(payload, str) and str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        yield from decoded(payload)
        return
    data = part.get_payload(decode=True)
    yield data if isinstance(data, bytes) else b""
