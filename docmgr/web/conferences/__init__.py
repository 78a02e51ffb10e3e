"""The pages of conferences of staff, their votes, their papers and the rules."""
