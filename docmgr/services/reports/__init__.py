"""Reports on what the records hold, over plans and inspections together."""
