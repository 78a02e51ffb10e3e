"""One question answered: candidates, order, page, explanation, diagnosis."""
