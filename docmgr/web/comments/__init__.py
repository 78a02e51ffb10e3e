"""Comments on documents: what the page of a document shows of them, and the forms that write them."""
