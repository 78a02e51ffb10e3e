"""Pages of share links: those on which people make and withdraw them, and those that visitors see."""
