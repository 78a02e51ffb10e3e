"""Forms of an agency's own: DOCX with fields and loops, filled from the plain values of a paper."""
