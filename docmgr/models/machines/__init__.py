"""What several machines share besides the documents: figures of how the site runs, and who holds a duty."""
