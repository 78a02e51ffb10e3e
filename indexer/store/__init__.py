"""Stores arrays in files: the container with its checksums, durable writing, file locks, a cache of computed
arrays, and arrays of rows of unequal length. This package knows nothing of documents."""
