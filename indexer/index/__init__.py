"""The index on disk: segments, building, committing, merging, snapshots for readers, damage, rebuilding.

Public: `index.Index`, `snapshot`, `segment`, `builder`, `manifest`, `segment_file`, `vectors`, `schema`, `damage`.
"""
