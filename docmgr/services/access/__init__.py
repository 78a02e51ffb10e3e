"""What people and visitors may do with which documents: the read rule in SQL, the inheritance of rights in the tree of folders,
local rights, and the guard, which returns a document or raises NotFound. Also what these rest on: who has taken a document to edit
it, who stands in for whom, who is in which group, what a share link lends, which versions are seen, and how documents are
found by their number."""
