"""The readers of file formats, one for each kind of file. All of them return blocks
(docmgr.reading.types.Block)."""
