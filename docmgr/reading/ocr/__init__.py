"""Recognise the text of scans (OCR): pages as pictures, prepared, given to Tesseract, and put together as blocks."""
