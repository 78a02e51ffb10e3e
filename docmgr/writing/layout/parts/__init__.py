"""Parts that only some documents have: annexes, addressees, and what single forms lack or ask for."""
