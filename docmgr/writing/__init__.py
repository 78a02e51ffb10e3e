"""Write plain data as files: tables as CSV, XLSX, DOCX and PDF. This package uses no database and no web
framework."""
