"""The pages about documents: their text, files, facts, relations, and the upload of files."""
