"""The pages of inspections, their findings and their recommendations."""
