"""Documents: upload, reading by the worker, facts, files, workflow state, validity and the recycle bin."""
