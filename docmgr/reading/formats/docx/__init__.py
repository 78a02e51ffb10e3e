"""DOCX: body, styles, numbering."""
