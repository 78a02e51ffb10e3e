"""Fields of one's own (trường riêng): their definitions, which administrators keep, and the values of documents."""
