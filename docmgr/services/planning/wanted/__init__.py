"""Which tasks and occurrences a list or a view has, and of which kind each is."""
