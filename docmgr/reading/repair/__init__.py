"""Recognise texts that were written in legacy fonts."""
