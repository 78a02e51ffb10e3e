"""Read edXML messages, by which agencies exchange documents (QCVN 102:2016/BTTTT): a document with its facts and
attachments, or a message about the state of a document.

`edxml_facts` takes the facts from the header. This module opens the message, writes its text and unpacks it.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from lxml import etree

from docmgr.reading.containers import edxml_facts
from docmgr.reading.containers.base64_text import decoded, is_base64
from docmgr.reading.containers.edxml_header import anywhere, child, text_of
from docmgr.reading.containers.edxml_text import about, lines
from docmgr.reading.containers.unpacking import Unpacking
from docmgr.reading.containers.zip import unpack_archive
from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.encoding import declared_charset, decode_as, detect
from docmgr.reading.formats.ooxml import ZIP_FAULTS, refuse_doctype
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_PROLOG = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")
_ZIP = b"PK\3\4"
# An office file is a ZIP file as well, but it is a paper and no wrapping.
_OFFICE = ("[content_types].xml", "mimetype")


def read_edxml(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, unpack: Path | None = None) -> PartContents:
    """Read the edXML message at `path` within `limits`, and write its attachments to the folder `unpack`; None only
    lists them. Raises Unreadable when it is broken, too large or declares a DTD."""
    if path.stat().st_size > limits.mail_bytes:
        raise Unreadable("too_large")
    root = _parsed(path.read_bytes(), limits)
    header = next(anywhere(root, "MessageHeader"), None)
    if header is None:
        raise Unreadable("broken")
    unpacking = Unpacking(unpack, limits)
    for attachment in anywhere(root, "Attachment"):
        _take(attachment, unpacking, limits)
    facts = edxml_facts.facts(header)
    texts = (*lines(root, header, facts), *(f"Tệp kèm theo: {one.name}" for one in unpacking.taken))
    blocks = capped(map(Block, texts), limits)
    apart = tuple(Block(text, "subject") for text in about(header) if text)
    return PartContents("edxml", tuple(blocks), facts=facts, attachments=tuple(unpacking.taken), apart=apart)


def _parsed(data: bytes, limits: ReadingLimits) -> etree._Element:
    """Parse a message and return its root. An undeclared prefix, which real programs write, is no fault. Raises
    Unreadable when the message declares a DTD ("doctype") or is not well-formed ("broken")."""
    encoding = detect(data, declared_charset(data))
    if encoding not in ("utf-8", "utf-8-sig"):
        data = decode_as(data, encoding).encode()
    data = _PROLOG.sub(b"", data, count=1)
    # In UTF-8 nothing hides a declaration; attachments in Base64 have no such letters.
    if _DECLARATIONS.search(data):
        raise Unreadable("doctype")
    if data.count(b"<") > limits.message_tags:
        raise Unreadable("too_large")
    # An attachment is one text of many megabytes, which needs `huge_tree`.
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("broken") from fault
    faults = [fault for fault in parser.error_log if fault.domain_name != "NAMESPACE"]
    if root is None or faults:
        raise Unreadable("broken")
    refuse_doctype(root)
    return root


def _take(attachment: etree._Element, unpacking: Unpacking, limits: ReadingLimits) -> None:
    """Unpack one attachment of the message. Files are often wrapped in a ZIP file, which is no paper of its own."""
    name = text_of(child(attachment, "AttachmentName")) or text_of(child(attachment, "Description"))
    encoded = child(attachment, "ContentTransferEncoded")
    text = encoded.text or "" if encoded is not None else ""
    data = b"".join(decoded(text)) if is_base64(text) else b""
    if not data:
        unpacking.leave_out(name, 0, "absent" if is_base64(text) else "broken")
    elif not data.startswith(_ZIP) or not _unwrap(data, unpacking, limits):
        unpacking.add(name, [data])


def _unwrap(data: bytes, unpacking: Unpacking, limits: ReadingLimits) -> bool:
    """Unpack the files of a ZIP file in which attachments are wrapped; return False when `data` is another file, such
    as a DOCX, or damaged. Raises Unreadable when the archive is a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(name.lower() in _OFFICE for name in archive.namelist()):
                return False
            unpack_archive(archive, len(data), unpacking, limits)
    except Unreadable as fault:
        if fault.code in ("encrypted", "empty"):
            return False
        raise
    except ZIP_FAULTS:
        return False
    return True
