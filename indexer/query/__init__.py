"""The question as it was typed, read into a query: lexer, grammar, tree, fields, document numbers, places.
Pure: needs no index.
"""
