"""The page of the vocabulary of tags and fields of work."""
