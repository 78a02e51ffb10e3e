"""Tags and fields of work (nhãn, lĩnh vực): the vocabulary of the agency, and what documents have of it."""
