"""The process that checks the layout of one DOCX, `python -m docmgr.services.texts.layout_child PATH`. It has limits, because any file may be
hostile, and prints one JSON object: {"code": why it cannot be checked or null, "attached": whether it is an annex by itself,
"broken": [{"key", "total", "places"}]}.

The library that reads DOCX for writing gets only what the safe opening of packages let through, and no pictures.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from docmgr.reading.formats.kinds import sniff
from docmgr.reading.formats.ooxml import has_doctype, open_package
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable
from docmgr.writing.layout.check import NOT_DOCX, check_laid, laid_out

_CPU_S = 20
_FAULTS = (OpcError, KeyError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError, etree.XMLSyntaxError, zipfile.BadZipFile)
# Documents with macros and templates are documents to the reader of packages, but not to the library.
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KINDS = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)


def checked(path: Path) -> dict[str, Any]:
    """Check the file at `path`; the answer has "attached" and "broken". Raises Unreadable with NOT_DOCX for other kinds of files, else with the reason."""
    if sniff(path) != "docx":
        raise Unreadable(NOT_DOCX)
    data = _copied(path)
    try:
        laid = laid_out(docx.Document(io.BytesIO(data)))
        broken = check_laid(laid)
    except _FAULTS as fault:
        raise Unreadable("broken") from fault
    rows = [{"key": one.rule.key, "total": one.total, "places": [asdict(place) for place in one.places]} for one in broken]
    return {"attached": laid.attached, "broken": rows}


def _copied(path: Path) -> bytes:
    """Copy the package with its XML alone: each part within the limits, without DTDs, in the usual names of XML."""
    package, out = open_package(path, DEFAULT_LIMITS), io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in dict.fromkeys(info.filename for info in old.infolist()):
            data = package.read_xml(name) if name.lower().endswith((".xml", ".rels")) else b""
            if has_doctype(data):
                raise Unreadable("doctype")
            if name.lower() == "[content_types].xml":
                for kind in _KINDS:
                    data = data.replace(kind, _MAIN)
            new.writestr(name, data)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Run the process: check the file that `arguments` names. The exit code is 0 even for files that cannot be checked."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (2 * DEFAULT_LIMITS.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answer: dict[str, Any] = {"code": None, "attached": False, "broken": []}
    try:
        answer |= checked(Path(arguments[0]))
    except Unreadable as fault:
        answer["code"] = fault.code
    except (MemoryError, RecursionError):
        answer["code"] = "too_large"
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
