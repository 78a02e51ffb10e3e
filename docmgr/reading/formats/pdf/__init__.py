"""Reading of PDF files: from words to lines, columns and paragraphs."""
