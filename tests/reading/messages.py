"""Mails, archives and edXML messages, made for tests. Their words are made up."""

from __future__ import annotations

import base64
import datetime as dt
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path

from tests.support.ole import Tree, ole_tree

SENT = dt.datetime(2024, 2, 5, 1, 30, tzinfo=dt.UTC)
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


def mail(
    subject: str = "Gửi kế hoạch kiểm tra",
    body: str = "Kính gửi các trường,\nXin gửi kèm kế hoạch.",
    attachments: Iterable[tuple[str, bytes]] = (),
    html: str | None = None,
) -> EmailMessage:
    """A mail with these attachments; with `html`, the body has both forms."""
    message = EmailMessage()
    message["From"] = "Phòng Kế hoạch <kehoach@vi-du.edu.vn>"
    message["To"] = "Văn thư <vanthu@vi-du.edu.vn>"
    message["Date"] = "Mon, 05 Feb 2024 08:30:00 +0700"
    message["Message-ID"] = "<1@vi-du.edu.vn>"
    message["Subject"] = subject
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def archive(files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """The bytes of a ZIP archive with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            made.writestr(name, data)
    return out.getvalue()


def locked(files: Mapping[str, bytes], names: Iterable[str]) -> bytes:
    """The bytes of an archive in which the files with these names say that they are encrypted."""
    data = bytearray(archive(files))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        entries = made.infolist()
    at = data.find(b"PK\1\2")
    for entry in entries:
        if entry.filename in names:
            data[at + 8] |= 1
            data[entry.header_offset + 6] |= 1
        at = data.find(b"PK\1\2", at + 4)
    return bytes(data)


def outlook(
    path: Path,
    texts: Mapping[str, str] | None = None,
    attachments: Sequence[Tree] = (),
    binaries: Mapping[str, bytes] | None = None,
) -> Path:
    """An Outlook mail with these properties of text (such as "0037", the subject) and bytes."""
    return ole_tree(path, outlook_tree(texts, attachments, binaries, 32))


def outlook_tree(
    texts: Mapping[str, str] | None,
    attachments: Sequence[Tree] = (),
    binaries: Mapping[str, bytes] | None = None,
    header: int = 24,
) -> Tree:
    """The streams of an Outlook mail; `header` is the size of the header of its properties."""
    ticks = int((SENT - _EPOCH).total_seconds()) * 10_000_000
    tree: dict[str, bytes | Tree] = {
        "__properties_version1.0": bytes(header) + struct.pack("<HHIQ", 0x40, 0x39, 6, ticks),
        **{f"__substg1.0_{key}001F": words.encode("utf-16-le") for key, words in (texts or {}).items()},
        **{f"__substg1.0_{key}0102": data for key, data in (binaries or {}).items()},
    }
    for number, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = attachment
    return tree


def attached(name: str, data: bytes | Tree | None, method: int = 1, texts: Mapping[str, str] | None = None) -> Tree:
    """An attachment of an Outlook mail: a file, a mail (method 5), or one that is not there (None)."""
    tree: dict[str, bytes | Tree] = {
        "__properties_version1.0": bytes(8) + struct.pack("<HHIQ", 3, 0x3705, 6, method),
        **{f"__substg1.0_{key}001F": words.encode("utf-16-le") for key, words in {"3707": name, **(texts or {})}.items()},
    }
    if data is not None:
        tree["__substg1.0_37010102" if isinstance(data, bytes) else "__substg1.0_3701000D"] = data
    return tree


EDXML = """<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader><edXML:MessageHeader>
<edXML:From><edXML:OrganId>000.00.15.H00</edXML:OrganId><edXML:OrganName>Sở Giáo dục tỉnh Ví Dụ</edXML:OrganName></edXML:From>
<edXML:To><edXML:OrganId>000.01.15.H00</edXML:OrganId><edXML:OrganName>Trường Ví Dụ</edXML:OrganName></edXML:To>
{header}
</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope>{attachments}</edXML>"""
DOCUMENT_HEADER = """
<edXML:Code><edXML:CodeNumber>25</edXML:CodeNumber><edXML:CodeNotation>KH-SGDĐT</edXML:CodeNotation></edXML:Code>
<edXML:PromulgationInfo><edXML:Place>Ví Dụ</edXML:Place><edXML:PromulgationDate>2024/02/05</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeName>Kế hoạch</edXML:TypeName></edXML:DocumentType>
<edXML:Subject>V/v kiểm tra đầu năm</edXML:Subject>
<edXML:SignerInfo><edXML:Position>Giám đốc</edXML:Position><edXML:FullName>Trần Thị Bình</edXML:FullName></edXML:SignerInfo>
<edXML:ToPlaces><edXML:Place>Như trên</edXML:Place></edXML:ToPlaces>
<edXML:OtherInfo><edXML:Priority>2</edXML:Priority></edXML:OtherInfo>"""
STATE_HEADER = """
<edXML:ResponseFor><edXML:Code>25/KH-SGDĐT</edXML:Code><edXML:PromulgationDate>2024/02/05</edXML:PromulgationDate></edXML:ResponseFor>
<edXML:StatusCode>03</edXML:StatusCode><edXML:Timestamp>2024/02/06 08:00:00</edXML:Timestamp>"""


def edxml(header: str = DOCUMENT_HEADER, attachments: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """An edXML message with this header and these attachments."""
    files = "".join(
        f"<Attachment><AttachmentName>{name}</AttachmentName><ContentTransferEncoded>{base64.b64encode(data).decode()}"
        "</ContentTransferEncoded></Attachment>"
        for name, data in attachments
    )
    return EDXML.format(header=header, attachments=f"<AttachmentEncoded>{files}</AttachmentEncoded>").encode()
