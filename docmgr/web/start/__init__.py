"""Pages of the first run: the agency, units and people from a workbook, folders and series."""
