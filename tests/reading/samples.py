"""Small files built for the reading tests: DOCX parts, raw PDF pages, OLE directories."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
STRICT_R = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def docx_parts(
    path: Path,
    body: str,
    parts: Mapping[str, str] | None = None,
    *,
    namespace: str = W_NS,
    relations: str = R_NS,
    prolog: str = "",
) -> Path:
    """A DOCX with this body XML; `parts` maps names such as "numbering" to their XML."""
    extra = dict(parts or {})
    rels = "".join(
        f'<Relationship Id="r{n}" Type="{relations}/{name.rstrip("0123456789")}" Target="{name}.xml"/>'
        for n, name in enumerate(extra)
    )
    package = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'{package}<Relationship Id="r" Type="{relations}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/_rels/document.xml.rels", f"{package}{rels}</Relationships>")
        archive.writestr(
            "word/document.xml",
            f'{prolog}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>',
        )
        for name, xml in extra.items():
            archive.writestr(f"word/{name}.xml", xml)
    return path


def para(text: str, properties: str = "", run: str = "") -> str:
    """One w:p with one run."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


Text = tuple[float, float, float, str]


def pdf(path: Path, pages: Sequence[Sequence[Text]], *, picture: bool = False) -> Path:
    """A PDF in Helvetica: each page a list of (x, y, size, text); `picture` fills each page with an image."""
    objects: list[bytes] = [b"", b""]
    kids = []
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    raster = zlib.compress(bytes(100))
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(raster)
        + raster
        + b"\nendstream"
    )
    for page in pages:
        draws = "".join(f"BT /F {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET\n" for x, y, size, text in page)
        stream = (("q 595 0 0 842 0 0 cm /I Do Q\n" if picture else "") + draws).encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources "
            b"<< /Font << /F 3 0 R >> /XObject << /I 4 0 R >> >> >>" % len(objects)
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    path.write_bytes(_pdf_bytes(objects))
    return path


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf_bytes(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def ole(path: Path, *streams: str) -> Path:
    """An OLE compound file with only a directory, which has empty streams with these names."""
    entries = [_ole_entry("Root Entry", 5, 1)]
    entries += [
        _ole_entry(name, 2, None, n + 2 if n + 1 < len(streams) else None) for n, name in enumerate(streams)
    ]
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = b"".join(entries)
    sectors = len(directory) // 512
    fat = [n + 2 for n in range(sectors - 1)]
    table = struct.pack("<128I", *([0xFFFFFFFD, *fat, 0xFFFFFFFE] + [0xFFFFFFFF] * (126 - len(fat))))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0
    )
    head += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    path.write_bytes(head + table + directory)
    return path


def _ole_entry(name: str, kind: int, child: int | None = None, right: int | None = None) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    return (
        raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, none, right or none, child or none)
    ).ljust(128, b"\0")
