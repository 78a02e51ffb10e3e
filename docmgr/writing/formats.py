"""The formats in which a table can be written: CSV, XLSX, DOCX and PDF. The library of a format is imported when the
first table is written in it, because most processes write none.
"""

from __future__ import annotations

import importlib

from docmgr.writing.tables import Table

# Format → its media type, and the module and function that write it.
FORMATS: dict[str, tuple[str, str, str]] = {
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docmgr.writing.tables_docx",
        "to_docx",
    ),
    "pdf": ("application/pdf", "docmgr.writing.tables_pdf", "to_pdf"),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docmgr.writing.tables_xlsx",
        "to_xlsx",
    ),
    "csv": ("text/csv; charset=utf-8", "docmgr.writing.tables", "to_csv"),
}


def write(table: Table, form: str) -> tuple[bytes, str]:
    """Write the table in the format `form`, a key of FORMATS. Returns the bytes of the file and its media type. Raises
    KeyError for an unknown format."""
    media_type, module, function = FORMATS[form]
    body: bytes = getattr(importlib.import_module(module), function)(table)
    return body, media_type
