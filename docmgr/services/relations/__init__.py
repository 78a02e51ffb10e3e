"""How documents are related: which documents a text cites, which cited documents are not stored, which relations
people make, and what ends the validity of a document."""
