"""The papers of a conference of staff in the layout of Decree 30/2020/NĐ-CP as DOCX."""
