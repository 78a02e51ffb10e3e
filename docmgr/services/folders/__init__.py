"""The tree of folders, the names of folders, and the rights given on folders and documents."""
