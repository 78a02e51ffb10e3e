"""The reading room: a file goes in, plain data comes out; no web, no database.

Imports nothing by itself, so that a reading child loads only what it reads with.
"""
