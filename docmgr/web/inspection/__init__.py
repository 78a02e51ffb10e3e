"""Pages of inspections, findings and recommendations."""
