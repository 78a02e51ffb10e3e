"""Reading of RTF: its text as blocks, with page headers, footers, footnotes and text boxes."""
