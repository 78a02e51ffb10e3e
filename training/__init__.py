"""Makes the base model of the search engine from a corpus of provisions: `python -m training CORPUS --out FILE`.

Decides how the embedding is trained and how weights are fitted; `indexer.analysis.analyzer.language_model` decides what the file holds.
Needs the development requirements (numba, scipy).
"""
