"""Pages of folders, sharing and the recycle bin."""
