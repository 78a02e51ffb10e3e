"""`python -m indexer.evaluate` measures how well the search engine ranks: it indexes a corpus, runs the
corpus's judged queries and prints the measures."""
