"""Reading the files of versions again: which ones wait, what a new reading may change, and what it must not lose."""
