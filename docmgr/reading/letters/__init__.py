"""Letters of Vietnamese: the old encodings of fonts, syllables, and lines as files write them."""
