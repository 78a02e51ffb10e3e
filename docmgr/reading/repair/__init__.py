"""Repair the text of a file: old encodings, torn syllables, look-alikes; and judge how sound it is."""
