"""The structure of a text: its heading, its parts, its provisions with anchors, quoted text, and secrecy
stamps."""
