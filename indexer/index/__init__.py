"""The index on disk: segments, and how they are built, committed, merged, read as snapshots, checked for
damage and rebuilt.

Code outside this package uses the modules `index` (with the class `Index`), `snapshot`, `segment`, `builder`,
`manifest`, `segment_file`, `vectors`, `schema` and `damage`.
"""
