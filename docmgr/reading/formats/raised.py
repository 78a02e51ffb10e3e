"""Raised numbers behind a word: those of footnotes, which are no part of the word, and powers, which are."""

from __future__ import annotations

import re

# "QH15¹", "Luật¹;", "[1]"; the signs behind it stay with the word.
NUMBER = re.compile(r"(?P<open>\[?)(?P<no>\d{1,3})(?P<close>\]?)(?=[.,;:)”\"]*$)")
# Powers of units and of ten are no footnotes: "50 cm³", "10⁶".
POWER = re.compile(r"(?:^|[\d/(])(?:[kcdm]?m|dam|hm|10)$")
