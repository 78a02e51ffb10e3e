"""The second stage of a search: figures of the best candidates, the re-ranker, titles, the order of hits."""
