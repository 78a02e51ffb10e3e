"""The checker of the layout of administrative documents (thể thức văn bản): Annex I of Decree 30/2020/NĐ-CP as rows of data, and where
a DOCX deviates from them."""
