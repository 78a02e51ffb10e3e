"""What documents are kept in and by: case files, words of the vocabulary, legal holds, and what is left of deleted ones."""
