"""Reading of DOCX files: body, styles, and the numbers of lists."""
