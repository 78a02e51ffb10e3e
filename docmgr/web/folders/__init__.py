"""The pages of folders, of sharing, and of the recycle bin."""
