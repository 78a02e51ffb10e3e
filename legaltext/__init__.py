"""How Vietnamese official texts are written: letters, syllables, document types, issuers, numbers, places in a
text, dates and validity. Standard library only; every other package may stand on it.
"""
