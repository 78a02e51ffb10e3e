"""The yearly conference of staff: its record, votes and papers, and what came of its resolution."""
