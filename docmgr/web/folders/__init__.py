"""The pages of folders and lists of documents, of sharing and local roles, of what rights would do and who sees what, and of the
recycle bin."""
