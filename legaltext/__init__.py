"""The rules by which Vietnamese official texts are written: letters, syllables, document types, issuers,
document numbers, provisions, dates and validity.

This package uses the standard library only, so every other package may import it.
"""
