"""Compare two texts: which provisions are the same, and which words were added and removed."""
