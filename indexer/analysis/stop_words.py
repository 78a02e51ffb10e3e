"""Words that only join others or ask ("của", "và", "ai"). They are searched for, but alone they show nobody why a text was found.

This module decides which words these are. Halves of compounds stay out of the list ("có thai", "không khí", "từ chối").
"""

from collections.abc import Iterable

_JOINING = frozenset(
    "của và các những với cho về bởi do để mà thì là được bị khi tại trong ngoài nếu như nhưng này đó ấy đã sẽ đang rằng cũng "
    "theo đối vào ra một hoặc hay rồi nên vì ai gì nào sao mấy".split()
)


def joining(words: Iterable[str]) -> frozenset[str]:
    """Return those of the syllables `words` that only join others; none where there are no others."""
    all_words = frozenset(words)
    found = all_words & _JOINING
    return found if found != all_words else frozenset()
