"""`python -m indexer.evaluate`: an index of a judged corpus, its questions asked, the figures printed."""
