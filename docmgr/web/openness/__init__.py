"""Pages of publications: those of a document, the record of compliance, the rules, and the public page."""
