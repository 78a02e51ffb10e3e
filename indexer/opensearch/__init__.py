"""The search on OpenSearch. OpenSearch keeps the entries, counts, filters and finds candidates; the candidates are read into a
snapshot of their own, and everything behind the first stage is the code of the local engine."""

from indexer.backend import SearchBackend


def opensearch_engine(url: str, shards: int = 1, replicas: int | None = None) -> SearchBackend:
    """Make the backend on OpenSearch at `url`: hosts with commas, of which the first may have a name for the index as its path. New
    indexes get so many shards and copies; None: one copy where there is a second machine."""
    # Importing the client takes longer than the engine, so it is imported where it is used.
    from indexer.opensearch.backend import OpenSearchEngine

    return OpenSearchEngine(url, shards, replicas)
