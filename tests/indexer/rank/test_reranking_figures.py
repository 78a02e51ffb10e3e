"""The features of the re-ranker, compared with slow computations of the same definitions on random texts."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import language_model
from indexer.analysis.analyzer import Vocabulary
from indexer.index import vectors as embedding
from indexer.index.builder import build
from indexer.index.segment import SegmentData
from indexer.rank.candidates import HALF, CandidateBlock
from indexer.rank.feature_matrix import FeatureMatrix, features
from indexer.rank.features import QueryFigures
from tests.indexer.regulations import entry

_WORDS = "văn bản được lưu trữ theo quy định của cơ quan nhà nước 1 2".split()
_words = st.lists(st.sampled_from(_WORDS), max_size=70).map(" ".join)
_text = st.lists(_words, max_size=6).map("\n".join)
_documents = st.lists(
    st.tuples(_text, st.sampled_from(["", "Lưu trữ văn bản", "Cơ quan"]), st.integers(1, 3)),
    min_size=1,
    max_size=6,
)
_question = st.lists(st.sampled_from(_WORDS), min_size=2, max_size=7)


def segment(documents: list[tuple[str, str, int]]) -> SegmentData:
    """The documents as one segment with vectors."""
    vocabulary = Vocabulary()
    entries = [
        entry(document, text, title=title, doc_title="Quy định của nhà nước", order=order)
        for order, (text, title, document) in enumerate(documents)
    ]
    built = build([vocabulary.analyse(one) for one in entries], vocabulary)
    return replace(built, vectors=embedding.vectors(built))


def asked(words: list[str]) -> QueryFigures:
    """A query with invented idf values, so that sums show which words were counted."""
    distinct = list(dict.fromkeys(words))
    pairs = dict.fromkeys(
        (distinct.index(a), distinct.index(b)) for a, b in zip(words, words[1:], strict=False)
    )
    return QueryFigures(
        runs=[tuple(words)],
        idf=np.array([2.0**-place for place in range(len(distinct))]),
        counts=np.array([float(words.count(word)) for word in distinct]),
        pairs=tuple(pairs),
        pair_idf=np.array([3.0**-place for place in range(len(pairs))]),
    )


def group(held: SegmentData, words: list[str], entries: list[int]) -> CandidateBlock:
    """Candidates with different scores."""
    slots = [
        np.array([held.numbers[word]] if word in held.numbers else [], np.int64)
        for word in dict.fromkeys(words)
    ]
    scores = np.array([10.0 - entry for entry in entries])
    table = embedding.word_table(held, language_model.base())
    return CandidateBlock(held, np.array(entries), scores, slots, *table)


def figures(documents: list[tuple[str, str, int]], words: list[str]) -> FeatureMatrix:
    """The features of all entries as candidates."""
    held = segment(documents)
    return features(asked(words), [group(held, words, list(range(held.size)))])


def mass(question: QueryFigures, words: list[str], present: set[str]) -> float:
    """The summed idf of the different words that are present."""
    return float(
        sum(question.idf[place] for place, word in enumerate(dict.fromkeys(words)) if word in present)
    )


def clauses(text: str) -> list[list[list[str]]]:
    """The words of a text by lines, grouped under lines that begin with a number."""
    found: list[list[list[str]]] = []
    for line in filter(None, map(str.split, text.split("\n"))):
        if not found or line[0].isdigit():
            found.append([])
        found[-1].append(line)
    return found or [[[]]]


def pair_mass(question: QueryFigures, words: list[str], lines: list[list[str]]) -> float:
    """The summed idf of the different pairs of the query that occur side by side in one of the lines."""
    distinct = list(dict.fromkeys(words))
    beside = {both for line in lines for both in zip(line, line[1:], strict=False)}
    held = ((distinct[a], distinct[b]) for a, b in question.pairs)
    return float(sum(worth for both, worth in zip(held, question.pair_idf, strict=True) if both in beside))


@settings(max_examples=60, deadline=None)
@given(_documents, _question)
def test_best_window_and_words_in_text_count_each_word_once(
    documents: list[tuple[str, str, int]], words: list[str]
) -> None:
    made, question = figures(documents, words), asked(words)
    for place, (text, _, _) in enumerate(documents):
        tokens = text.split()
        windows = [set(tokens[first : first + 2 * HALF]) for first in range(0, max(len(tokens), 1), HALF)]
        best = max(mass(question, words, window) for window in windows)
        assert np.isclose(made.values["best 40 words"][place], best, atol=1e-5)
        assert np.isclose(made.values["words in text"][place], mass(question, words, set(tokens)), atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(_documents, _question)
def test_best_line_counts_what_stands_in_titles_too(
    documents: list[tuple[str, str, int]], words: list[str]
) -> None:
    made, question = figures(documents, words), asked(words)
    for place, (text, title, _) in enumerate(documents):
        above = [title.lower().split(), "quy định của nhà nước".split()]
        lines = [line for clause in clauses(text) for line in clause]
        sums = [
            mass(question, words, {word for part in [line, *above] for word in part})
            + pair_mass(question, words, [line, *above])
            for line in lines
        ]
        # A pair over the end of a line counts for the line in which it begins, so the best line may be a little
        # better.
        assert made.values["best line with titles"][place] >= max(sums) - 1e-5
        assert (
            made.values["best line with titles"][place]
            <= made.values["best clause with titles"][place] + 1e-5
        )


@settings(max_examples=60, deadline=None)
@given(_documents, _question, st.randoms())
def test_figures_do_not_depend_on_segments_or_order(
    documents: list[tuple[str, str, int]], words: list[str], random: "np.random.Generator"
) -> None:
    held = segment(documents)
    whole = features(asked(words), [group(held, words, list(range(held.size)))])
    order = list(range(held.size))
    random.shuffle(order)
    cut = held.size // 2
    parts = [group(held, words, own) for own in (order[:cut], order[cut:]) if own]
    split = features(asked(words), parts)
    for name, values in whole.values.items():
        assert np.array_equal(split.values[name], values[order]), name


def test_the_score_is_the_sum_of_what_is_explained() -> None:
    made = figures(
        [("văn bản lưu trữ", "Cơ quan", 1), ("quy định của nhà nước", "", 2)], ["lưu", "trữ", "văn", "bản"]
    )
    weights = {"score": 0.5, "likeness": 2.0, "best 40 words": 1.0}
    scores = made.score(weights)
    for place in range(2):
        reasons = made.explain(place, weights)
        assert np.isclose(
            sum(reason.contribution for reason in reasons), scores[place] - scores.mean(), atol=1e-5
        )
        assert [abs(reason.contribution) for reason in reasons] == sorted(
            (abs(reason.contribution) for reason in reasons), reverse=True
        )


def test_the_end_of_a_very_long_text_is_not_looked_at() -> None:
    long = "nhà " * 6000
    made = figures([(long + "lưu trữ", "", 1), ("lưu trữ " + long, "", 2)], ["lưu", "trữ"])
    assert made.values["words in text"][0] == 0 < made.values["words in text"][1]


@settings(max_examples=40, deadline=None)
@given(_documents, _question)
def test_headings_and_titles_lie_as_near_as_their_words_on_average(
    documents: list[tuple[str, str, int]], words: list[str]
) -> None:
    made, question = figures(documents, words), asked(words)
    base, vector = language_model.base(), embedding.question([tuple(words)])

    def mean(said: list[str]) -> float:
        rows = [base.rows[base.numbers[word]] for word in said if word in base.numbers]
        vectors = [base.vectors[row] * np.float32(base.scales[row]) for row in rows if row >= 0]
        near, size = sum(float(one @ vector) for one in vectors), sum(float(np.linalg.norm(one)) for one in vectors)
        return 0.1 * question.mass * near / max(size, 1.0)

    for place, (_, title, _) in enumerate(documents):
        assert np.isclose(made.values["likeness of heading"][place], mean(title.lower().split()), atol=1e-4)
        expected = mean("quy định của nhà nước".split())
        assert np.isclose(made.values["likeness of document title"][place], expected, atol=1e-4)
