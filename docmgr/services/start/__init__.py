"""The first run of a site: the agency, its units and people, the usual folders and series."""
