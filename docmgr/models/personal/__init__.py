"""What people write, choose and change themselves: comments on documents, favourites, the blocks of their home page, and what they can undo."""
