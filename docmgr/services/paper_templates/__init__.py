"""Forms of the agency's own for the papers that the program makes."""
