"""The pages of consultations: the list, one consultation, the forms that open, answer and settle it, and the rules."""
