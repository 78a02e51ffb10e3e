"""The documents whose facts wait for a person, as a table: what its rows show, and how many of them are confirmed."""
