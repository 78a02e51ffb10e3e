"""Files of arrays: the container with its checksums, durable writing and locks, the cache of computed arrays, ragged
arrays. Knows nothing of documents.
"""
