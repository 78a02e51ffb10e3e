"""What draws on all others: the first page, a document in full."""
