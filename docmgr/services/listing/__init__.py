"""Lists of documents: which ones are wanted, in which order, and which columns each person sees."""
