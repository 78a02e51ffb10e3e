"""Consultations on documents: opened by who may edit the document, answered by who is asked, and gone through afterwards."""
