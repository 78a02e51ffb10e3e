"""Finds the phrases in what follows given syllables in texts, and decides where each one ends.

A phrase ends neither within a word, nor in a function word such as "của". What the texts end their clauses with is a good
end; a stretch that the texts always go on from is no phrase."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice

from indexer.analysis.compounds import is_linked, is_perhaps_linked, together
from indexer.suggest.function_words import AT, CONNECTING, SECOND_HALVES, trails_off

# The greatest length of a phrase in words.
LONGEST = 6
# The share of occurrences from which on a next word is taken if it belongs to the word before.
_MOSTLY = 0.5
# A syllable is only the first half of a word where in this share of its occurrences it forms a word with the next one.
_HALF = 0.5
# A phrase that is read less often says nothing.
_LEAST = 2
# So many words are offered that begin with such a half: "chính phủ", "chính quyền".
_MOST_WORDS_OF_HALF = 2
# A stretch of which less than the share _BORDER is followed by the end of a clause or a function word is a fragment. From
# _ENDS on it is surely whole.
_BORDER, _ENDS = 0.05, 0.3
# Words that a stretch goes on with in this share of its occurrences belong to it, even a function word: "thương binh và xã hội".
_ALWAYS, _OFTEN = 0.9, 4
# A phrase that begins with a function word makes up this share of its occurrences; else everything may follow.
_LED = 0.05
Words = tuple[str, ...]


@dataclass(frozen=True)
class Followed:
    """What follows given syllables. `counts` says how often each sequence of syllables follows within their clause, and
    `ends` how often the clause ends behind it. `weights` are the counts of sequences of one and two, where texts that are about
    the query count for more."""

    counts: Counter[Words] = field(default_factory=Counter)
    ends: Counter[Words] = field(default_factory=Counter)
    weights: defaultdict[Words, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, row: Words, ended: bool, weight: float) -> None:
        """Count the syllables `row` and all their beginnings. `ended` says whether their clause ends behind them, and `weight`
        how much their text is about the query."""
        self.counts.update(row[:length] for length in range(len(row) + 1))
        self.ends[row] += ended
        self.weights[row[:1]] += weight
        if len(row) > 1:
            self.weights[row[:2]] += weight


class Phrases:
    """The phrases in the sequences of syllables `followed`. `last` is the syllable before all of them, "" for none. A phrase
    goes on as far as its syllables probably belong to one word or name, and further while it is a fragment."""

    def __init__(self, followed: Followed, last: str) -> None:
        self._behind, self._last = followed.counts, last
        self._borders = followed.ends.copy()
        for row, count in self._behind.items():
            if len(row) > 1 and row[-1] in CONNECTING and not is_linked(*row[-2:]):
                self._borders[row[:-1]] += count
        self._longer: dict[Words, list[Words]] = {}
        # The most frequent extension of each sequence by one syllable comes first.
        told = (row for row, count in self._behind.items() if row and (len(row) < 3 or count >= _LEAST))
        for row in sorted(told, key=lambda row: (-followed.weights.get(row, self._behind[row]), row)):
            self._longer.setdefault(row[:-1], []).append(row)

    def from_word(self, word: str) -> list[Words]:
        """Return the phrases that begin with `word`, the likeliest first. There are several where `word` is the first half
        of several words or a function word, and none where every phrase would end badly."""
        if word in CONNECTING:
            told = (one for one in self._longer.get((word,), ()) if self._behind[one] >= _LEAST and not trails_off(one[-1]))
            ended = [self._well_ended(self._grown(one)) for one in islice(told, _MOST_WORDS_OF_HALF)]
            ended = [one for one in ended if len(one) > 1]
            return [one for one in ended if self._behind[one] >= _LED * self._behind[(word,)]] or ended[:1]
        grown = self._grown((word,))
        ways = [grown] if not self._is_half(grown) else []
        if grown == (word,) and not ways:
            words = (one for one in self._words_of_half(grown) if self._behind[one] >= _LEAST)
            ways = [self._grown(one) for one in islice(words, _MOST_WORDS_OF_HALF)]
        ended = [whole for one in ways if (whole := self._well_ended(one))]
        if not ended and grown == (word,):
            # It always goes on, but in many ways: "vào phòng | họp", "gọi là | bên mua".
            longer = self._longer.get(grown, [])
            if longer and trails_off(longer[0][-1]):
                longer = self._longer.get(longer[0], [])
            likely = islice((one for one in longer if self._behind[one] >= _LEAST), _MOST_WORDS_OF_HALF)
            ended = [whole for one in likely if len(whole := self._well_ended(self._grown(one))) >= len(one)]
        return ended

    def _border(self, row: Words) -> float:
        """The share of the occurrences of `row` that a phrase may end with: the clause ends there, or a function word follows."""
        return self._borders[row] / max(self._behind[row], 1)

    def _is_fragment(self, row: Words) -> bool:
        """Whether the texts always go on from `row`, so that it says nothing whole: "can thiệp giảm"."""
        return self._border(row) < _BORDER

    def _words_of_half(self, row: Words) -> list[Words]:
        """Return `row` extended to the words of which its last syllable is the first half, the most frequent first. It belongs
        to the next syllable rather than to the one before."""
        before = row[-2] if len(row) > 1 else self._last
        bound = together(before, row[-1]) if before else 0.0
        longer = self._longer.get(row, ())
        return [one for one in longer if is_linked(*one[-2:]) and together(*one[-2:]) > bound]

    def _is_half(self, row: Words) -> bool:
        """Whether the last syllable of `row` is mostly the first half of a word."""
        count = sum(self._behind[one] for one in self._words_of_half(row))
        return count >= _LEAST and count > _HALF * self._behind[row]

    def _grown(self, row: Words) -> Words:
        """Extend `row` by the syllables that mostly follow and probably belong to its last word."""
        while len(row) < LONGEST and (longer := self._next(row)):
            row = longer
        # A last syllable that does not complete a word is dropped: "trang thông | tin".
        longer = self._next(row)
        if longer and len(row) > 1 and self._border(row) < _ENDS and together(*longer[-2:]) > together(*row[-2:]):
            row = row[:-1]
        return row

    def _next(self, row: Words) -> Words:
        """Extend `row` by the syllable that mostly follows, if it probably belongs to its last word or `row` is a fragment; ()
        for none."""
        best = next(iter(self._longer.get(row, ())), ())
        if not best or self._behind[best] < max(_LEAST, _MOSTLY * self._behind[row]):
            return ()
        if self._behind[row] >= _OFTEN and self._behind[best] >= _ALWAYS * self._behind[row]:
            return best
        if best[-1] in CONNECTING and best[-1] != AT and not (best[-1] in SECOND_HALVES and is_linked(*best[-2:])):
            return ()
        return best if is_perhaps_linked(*best[-2:]) or self._is_fragment(row) else ()

    def _well_ended(self, row: Words) -> Words:
        """Return `row` without the function words at its end; () where it then ends within a word."""
        kept = row
        while kept and trails_off(kept[-1]) and not (len(kept) > 1 and kept[-1] in SECOND_HALVES and is_linked(*kept[-2:])):
            kept = kept[:-1]
        while kept and self._is_fragment(kept):
            kept = kept[:-1]
        return kept if kept == row or (kept and not trails_off(kept[-1]) and not self._is_half(kept)) else ()
