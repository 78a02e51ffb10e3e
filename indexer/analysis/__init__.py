"""Turns text into terms. The package holds the analyzer, the language model, the restoring of diacritics, the
recognition of compound words, and the input methods Telex and VNI."""
