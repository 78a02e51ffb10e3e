"""The publication (công khai) of documents: the rules and forms of the law, the records and their clock, and the public page."""
