"""Pages of the fields that administrators define, and these fields in the form for facts."""
