"""The number of the present way of reading files."""

# Raise it by 1 when the readers change so that files read before give other text, provisions, facts, citations or
# signatures. All sites then read their documents again; a change that only touches new kinds of files is one too.
READER_VERSION = 3
