"""Pages of documents: text, files, facts, relations, upload."""
