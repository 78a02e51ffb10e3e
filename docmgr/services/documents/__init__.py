"""Documents: upload, reading, facts, files, state, validity, the recycle bin."""
