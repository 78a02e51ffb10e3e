"""Pages of workflows: the desk, the flow of a document, delegation, and the workflows themselves."""
