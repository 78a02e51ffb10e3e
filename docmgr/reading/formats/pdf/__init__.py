"""Read PDF files: join their words to lines, columns and paragraphs."""
