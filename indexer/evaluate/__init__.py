"""`python -m indexer.evaluate.__main__`: an index of a judged corpus, its questions asked, the figures printed."""
