"""What people write and choose themselves: comments on documents, favourites, and the blocks of their home page."""
