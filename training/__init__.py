"""Makes the base model of the search engine from a corpus of provisions: `python -m training CORPUS --out
FILE`.

This package decides how the embedding of words is trained and how the weights of ranking are fitted.
`indexer.analysis.language_model` decides what the model file contains. The package needs the development
requirements (numba, scipy).
"""
