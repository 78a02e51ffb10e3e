"""Scans: recognise their text in the background, and show what was recognised where."""
