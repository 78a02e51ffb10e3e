"""The first page of the site, the stars on documents and folders that it lists, and the page of the keys."""
