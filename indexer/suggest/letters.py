"""The spellings that are one mistake away from a word: strings that differ by one letter."""

from collections.abc import Iterator

PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
MARKED = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"


def near(word: str, letters: str) -> Iterator[str]:
    """Yield all strings that differ from `word` by one letter. The letter is left out, swapped with its neighbour,
    replaced or added. New letters come from `letters`."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            if after:
                yield before + letter + after[1:]
            yield before + letter + after
