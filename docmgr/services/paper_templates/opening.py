"""Open a form safely: its parts within the limits of the reader, XML without DTDs, and nothing that reaches outside or runs."""

from __future__ import annotations

import io
import posixpath
import zipfile
from pathlib import Path

from docmgr.reading.formats.kinds import sniff
from docmgr.reading.formats.ooxml import Package, open_package, parse_xml
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable
from docmgr.services.paper_templates.running import UNKNOWN_FILE
from docmgr.writing.own_forms.filling import Faulty, refuse_fetching
from docmgr.writing.own_forms.sandbox import Fault

_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_XML, _PICTURES = (".xml", ".rels"), (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tif", ".tiff", ".odttf")
# Links that a person follows, and nothing by itself.
_FOLLOWED = ("http://", "https://", "mailto:")


def safe_copy(path: Path) -> bytes:
    """Copy the form at `path`: its XML and its pictures. Raises Unreadable when it is no DOCX, is damaged or beyond the limits, and Faulty
    when it has links to elsewhere, macros, embedded files, or fields that fetch something."""
    if sniff(path) != "docx":
        raise Unreadable(UNKNOWN_FILE)
    package, out = open_package(path, DEFAULT_LIMITS), io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys(info.filename for info in old.infolist() if not info.is_dir()):
            new.writestr(name, _part(package, name))
    return out.getvalue()


def _part(package: Package, name: str) -> bytes:
    kind = "." + name.lower().rpartition(".")[2]
    if kind in _PICTURES:
        return package.read(name)
    if kind not in _XML:
        raise Faulty([Fault("embedded", posixpath.basename(name)[:100])])
    data = package.read_xml(name)
    root = parse_xml(data)
    if kind == ".rels":
        for relation in root.iter("{*}Relationship"):
            _refuse_outside(relation.get("TargetMode") or "", relation.get("Type") or "", relation.get("Target") or "")
    refuse_fetching(root)
    if name.lower() == "[content_types].xml":
        if b"macroenabled" in data.lower():
            raise Faulty([Fault("embedded", "macro")])
        data = data.replace(_TEMPLATE, _MAIN)
    return data


def _refuse_outside(mode: str, kind: str, target: str) -> None:
    word = kind.rsplit("/", 1)[-1]
    if word.lower() in ("afchunk", "oleobject", "package", "control", "vbaproject", "subdocument"):
        raise Faulty([Fault("embedded", word[:100])])
    if mode.lower() == "external" and not (word == "hyperlink" and target.lower().startswith(_FOLLOWED)):
        raise Faulty([Fault("outside", word[:100], target[:100])])
