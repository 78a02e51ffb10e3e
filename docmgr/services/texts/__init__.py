"""Show the text of a document on a page: cut into parts, with citations and matches marked."""
