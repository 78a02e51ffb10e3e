"""Comments (ý kiến) on documents and their provisions: written, answered, resolved and deleted, with the rights of the document."""
