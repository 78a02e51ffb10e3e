"""The structure of a text: heading, parts, provisions with their anchors, quoted text, secrecy stamps."""
