"""Reading of HTML: the text as blocks, with its format, such as bold or centred."""
