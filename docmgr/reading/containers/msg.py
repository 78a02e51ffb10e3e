"""Read mails that Outlook saved (MSG, [MS-OXMSG]): the header lines and the body as text, and the attachments as files.

`msg_store` reads the properties. This module decides which of them make the mail. A mail that is attached to the
mail has no bytes of its own; it is written as an EML file.
"""

from __future__ import annotations

from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import olefile

from docmgr.reading.containers.letter import Letter, contents, richest
from docmgr.reading.containers.msg_rtf import rtf_words
from docmgr.reading.containers.msg_store import MsgStorage, root
from docmgr.reading.containers.unpacking import Unpacking
from docmgr.reading.formats.encoding import decode
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents
from legaltext.dates import VIETNAM
from legaltext.text import clean_line

# Property ids of [MS-OXPROPS].
_SUBJECT, _SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = "0037", "0C1A", "0C1F", "5D01"
_TO, _COPIED, _PLAIN, _HTML, _RTF = "0E04", "0E03", "1000", "1013", "1009"
_DATA, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _CONTENT_ID, _MEDIA_TYPE = "3701", "3707", "3704", "3001", "3712", "370E"
_SENT, _DELIVERED = 0x0039, 0x0E06
_METHOD, _BY_VALUE, _EMBEDDED, _OLE = 0x3705, 1, 5, 6
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
# No line of Base64, in which all parts are written, begins like this.
_BOUNDARY = "=_thu-kem-theo"
_FAULTS = (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError)


def read_msg(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, unpack: Path | None = None) -> PartContents:
    """Read the Outlook mail at `path` within `limits`, and write its attachments to the folder `unpack`; None only
    lists them. Raises Unreadable when it is broken or too large."""
    if path.stat().st_size > limits.attachment_bytes:
        raise Unreadable("too_large")
    unpacking = Unpacking(unpack, limits)
    try:
        with olefile.OleFileIO(path) as ole:
            message = root(ole)
            letter = _letter(message)
            for attachment in message.attachments():
                _take(attachment, unpacking)
    except _FAULTS as fault:
        raise Unreadable("broken") from fault
    return contents("msg", letter, unpacking.taken, limits)


def _letter(message: MsgStorage) -> Letter:
    address = message.text(_SENDER_SMTP) or message.text(_SENDER_ADDRESS)
    name = message.text(_SENDER_NAME)
    sent = message.time(_SENT) or message.time(_DELIVERED)
    plain, html = message.text(_PLAIN), _html(message)
    if not plain.strip() and not html.strip():
        plain = rtf_words(message.binary(_RTF))
    return Letter(
        subject=message.text(_SUBJECT),
        sender=f"{name} <{address}>" if name and "@" in address and name != address else name or address,
        to=message.text(_TO),
        copied=message.text(_COPIED),
        sent=f"{sent.astimezone(VIETNAM):%d/%m/%Y %H:%M %z}" if sent else "",
        bodies=richest(plain, html),
    )


def _html(message: MsgStorage) -> str:
    return decode(message.binary(_HTML)) if message.binary(_HTML) else message.text(_HTML)


def _take(attachment: MsgStorage, unpacking: Unpacking) -> None:
    """Unpack one attachment, or note why it is none."""
    name = _file_name(attachment)
    data = attachment.binary(_DATA)
    embedded = attachment.inner(_DATA)
    method = attachment.number(_METHOD)
    if attachment.text(_CONTENT_ID) and _is_picture(attachment, name):
        unpacking.leave_out(name, len(data), "inline")
    elif method == _EMBEDDED and embedded is not None:
        unpacking.add(f"{_letter(embedded).subject or name or 'thu-kem-theo'}.eml", [_as_eml(embedded)])
    elif method == _OLE or embedded is not None:
        unpacking.leave_out(name, 0, "not_document")
    elif data or method == _BY_VALUE:
        unpacking.add(name, [data])
    else:
        unpacking.leave_out(name, 0, "absent")


def _file_name(attachment: MsgStorage) -> str:
    return attachment.text(_LONG_NAME) or attachment.text(_SHORT_NAME) or attachment.text(_SHOWN_NAME)


def _is_picture(attachment: MsgStorage, name: str) -> bool:
    return attachment.text(_MEDIA_TYPE).startswith("image/") or name.lower().endswith(_PICTURES)


def _as_eml(message: MsgStorage) -> bytes:
    """Write an attached mail as an EML file, with its own attachments; mails among these are left out. The same mail
    always gives the same bytes."""
    letter, mail = _letter(message), MIMEMultipart(boundary=_BOUNDARY)
    heads = (("From", letter.sender), ("To", letter.to), ("Cc", letter.copied), ("Date", letter.sent), ("Subject", letter.subject))
    for name, words in heads:
        if words.strip():
            mail[name] = Header(clean_line(words), "utf-8").encode()
    for body in letter.bodies:
        mail.attach(MIMEText(body.text, "html" if body.is_html else "plain", "utf-8"))
    for attachment in message.attachments():
        if data := attachment.binary(_DATA):
            part = MIMEApplication(data)
            part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", _file_name(attachment)))
            mail.attach(part)
    return mail.as_bytes()
