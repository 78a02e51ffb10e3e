"""Pages of legal holds and of documents that were deleted for good."""
