"""Pages of legal holds, of lists of case files to destroy, of packages for the archive, and of documents that were deleted for good."""
