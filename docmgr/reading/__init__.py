"""Reading of uploaded files: a file goes in and plain data comes out. Reading uses no web framework and no
database.

This package itself imports nothing, so that a child process that reads a file loads only what it needs.
"""
