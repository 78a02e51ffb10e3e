"""The tree of folders, their names, and the rights given on folders and documents."""
