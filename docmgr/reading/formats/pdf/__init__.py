"""PDF: lines, zones and layout."""
