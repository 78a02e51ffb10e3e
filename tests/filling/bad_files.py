"""Files that ask too much, or that do not keep to their form, each small enough to be made in a moment."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import olefile
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from tests.filling import of_pages
from tests.filling.papers import decision, pdf
from tests.reading.messages import archive, edxml
from tests.reading.signatures.papers import DAY_BOX, clerk, fill, paper, sign
from tests.support.ole import Tree, ole_tree

MAIL = b"From: a@vi-du.vn\nTo: b@vi-du.vn\nSubject: Gui ke hoach\nMIME-Version: 1.0\n"
MACRO = b"Sub AutoOpen()\nShell \"touch /tmp/docmgr-macro\"\nEnd Sub\n"


def locked_pdf() -> bytes:
    """A PDF with a password."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=pdfencrypt.StandardEncryption("mật khẩu".encode().hex(), canPrint=0))
    canvas.drawString(60, 700, "Quyet dinh")
    canvas.save()
    return out.getvalue()


def signed_and_changed() -> bytes:
    """A PDF that was signed, and in which a day was filled in afterwards."""
    return fill(sign(paper(), clerk()), (DAY_BOX, "09"), keep=True)


def pages_without_end(count: int = 100_000) -> bytes:
    """A PDF of so many pages, all of them the same object."""
    one = pdf(1)
    return one.replace(b"/Kids [4 0 R] /Count 1", b"/Kids [" + b"4 0 R " * count + b"] /Count %d" % count)


def huge_picture(side: int = 30_000) -> bytes:
    """A white PNG with sides of so many pixels, of a few kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    parts = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    chunks = (struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def mail_without_end(megabytes: int) -> bytes:
    """A mail whose first part never ends, of so many megabytes."""
    head = MAIL + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
    return head + b"mot dong khong co hoi ket\n" * (megabytes * 1_000_000 // 26)


def nested_mail(depth: int = 1_000) -> bytes:
    """A mail in a mail in a mail, so many times."""
    return MAIL + b"Content-Type: message/rfc822\n\n" * depth + b"Content-Type: text/plain\n\nhet\n"


def zips(depth: int = 3) -> bytes:
    """An archive in an archive in an archive; the innermost has a decision."""
    data = archive({"quyết định.docx": decision()})
    for number in range(depth - 1):
        data = archive({f"gói {number}.zip": data})
    return data


def declared() -> Sequence[bytes]:
    """edXML messages with a DTD: one that reads a file, one that grows without end, one from elsewhere."""
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    kinds = ('[<!ENTITY e SYSTEM "file:///etc/passwd">]', f'[<!ENTITY a0 "ha">{grown}<!ENTITY e "&a8;">]', 'SYSTEM "http://127.0.0.1:9/a.dtd"')
    text = edxml("<edXML:Subject>&e;</edXML:Subject>").decode()
    return [text.replace("?>", f"?><!DOCTYPE edXML {kind}>", 1).encode() for kind in kinds]


def macro_workbook(folder: Path) -> bytes:
    """A workbook of Excel 97 with a macro that runs when it is opened; needs LibreOffice."""
    plain = of_pages.converted(folder, of_pages.as_sheets(folder / "a.xlsx", 1), "xls")
    with olefile.OleFileIO(str(plain)) as opened:
        tree: dict[str, bytes | Tree] = {"Workbook": opened.openstream("Workbook").read()}
    tree["_VBA_PROJECT_CUR"] = {"PROJECT": b'ID="{1}"\r\nDocument=ThisWorkbook\r\n', "VBA": {"dir": bytes(40), "ThisWorkbook": MACRO}}
    return ole_tree(folder / "macro.xls", tree).read_bytes()


def macro_archive(data: bytes) -> bytes:
    """A Word or Excel file of today with a macro in it."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0" + MACRO)
    return out.getvalue()
