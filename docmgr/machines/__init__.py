"""What a site on several machines needs besides the pages and the jobs themselves: lines of the log that programs read, the
lease of the index, and how a worker is woken."""
