"""Tasks that are carried out several times: when they recur, for which units, how far each occurrence is."""
