"""Learns the weights of the re-ranker from judged queries, and vectors of words that only one site uses."""
