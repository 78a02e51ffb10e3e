"""Plain data in, a file out. Knows no database and no web."""
