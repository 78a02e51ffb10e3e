"""Who may read and edit what: the read rule in SQL, inheritance in the tree of folders, the one guard that gives a
document or NotFound.
"""
