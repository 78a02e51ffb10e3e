"""Who may read and edit which documents: the read rule in SQL, the inheritance of rights in the tree of folders, and
the guard, which returns a document or raises NotFound."""
