"""Read DOCX files: their body, their styles, and the numbering of lists."""
