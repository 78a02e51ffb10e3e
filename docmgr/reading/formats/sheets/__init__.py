"""Readers of workbooks and tables: XLS, XLSX, ODS and CSV."""
