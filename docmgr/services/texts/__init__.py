"""The text of a document as a page shows it: cut into parts, with citations and matches marked."""
