"""What may be deleted for good, and what never is: legal holds, the emptying of the recycle bin, and what is kept of documents
that were deleted for good."""
