"""How documents stand to each other: what their texts cite, what the store lacks, relations that people make, and what
ends a document as a whole.
"""
