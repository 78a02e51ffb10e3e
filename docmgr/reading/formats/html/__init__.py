"""Reading of HTML: the text as blocks, and how it looks."""
