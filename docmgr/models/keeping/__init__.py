"""What documents are kept in and by: case files, words of the vocabulary, legal holds, and what is left of deleted ones; and how
they go out to readers: share links and reading receipts."""
