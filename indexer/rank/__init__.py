"""The second stage of a search: it computes features of the best candidates, ranks them again, and decides
the order of the hits."""
