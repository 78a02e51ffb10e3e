"""Pages of case files: their list, one case file, and the case files of a document."""
