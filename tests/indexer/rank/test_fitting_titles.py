"""Features of long questions: what a line, a document title and a whole document have besides the words of the question."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import language_model
from indexer.analysis.analyzer import Vocabulary
from indexer.index import vectors as embedding
from indexer.index.builder import build
from indexer.match.statistics import IDF_POWER
from indexer.rank.candidates import word_worth
from indexer.rank.feature_matrix import FeatureMatrix, features
from indexer.rank.features import QueryFigures
from tests.indexer.rank.test_reranking_figures import asked as figured
from tests.indexer.rank.test_reranking_figures import group, mass
from tests.indexer.regulations import entry

_WORDS = "văn bản được lưu trữ theo quy định của cơ quan nhà nước xqzwa".split()
_line = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)
_texts = st.lists(st.lists(_line, min_size=1, max_size=4), min_size=1, max_size=5)
_question = st.lists(st.sampled_from(_WORDS), min_size=2, max_size=6)


def asked(words: list[str]) -> QueryFigures:
    """A long question with invented idf values."""
    return replace(figured(words), long=True)


def worth(word: str) -> float:
    """The idf of a word in the corpus of the base model; 0 for an unknown word."""
    base = language_model.base()
    if word not in base.numbers:
        return 0.0
    count = int(base.word_counts[base.numbers[word]])
    return float(np.log1p((base.documents - count + 0.5) / (count + 0.5)) ** IDF_POWER)


def figures(documents: list[tuple[int, str, str]], words: list[str]) -> FeatureMatrix:
    """The features of entries, each given as (document, title of the document, text)."""
    vocabulary = Vocabulary()
    entries = [
        entry(document, text, doc_title=title, order=order)
        for order, (document, title, text) in enumerate(documents)
    ]
    held = build([vocabulary.analyse(one) for one in entries], vocabulary)
    held = replace(held, vectors=embedding.vectors(held))
    block = replace(group(held, words, list(range(held.size))), worth=word_worth(held, language_model.base()))
    return features(asked(words), [block])


@settings(max_examples=60, deadline=None)
@given(_texts, _question)
def test_a_line_fits_by_what_it_has_and_by_what_it_has_besides(
    texts: list[list[str]], words: list[str]
) -> None:
    made, question = figures([(1, "", "\n".join(lines)) for lines in texts], words), asked(words)
    whole = float(question.idf.sum())
    for place, lines in enumerate(texts):
        fits = []
        for line in map(str.split, lines):
            held = mass(question, words, set(line))
            recall, precision = held / whole, min(held / max(sum(map(worth, line)), 1e-9), 1.0)
            fits.append(2 * recall * precision / max(recall + precision, 1e-9))
        assert np.isclose(made.values["fit of best line"][place], question.mass * max(fits), atol=1e-2)


def test_what_a_document_title_has_besides_counts_against_it() -> None:
    titles = [
        "Lưu trữ văn bản",
        "Lưu trữ văn bản của cơ quan nhà nước",
        "Lưu trữ văn bản xqzwa",
        "Cơ quan nhà nước " * 25,
    ]
    made = figures(
        [(number, title, "văn bản") for number, title in enumerate(titles, 1)], ["lưu", "trữ", "văn", "bản"]
    )
    # In hundredths of the mass of the question.
    beyond = -100 * made.values["document title not asked for"] / asked(["lưu", "trữ", "văn", "bản"]).mass
    assert beyond[0] == beyond[2] == 0
    assert np.isclose(beyond[1], sum(map(worth, "của cơ quan nhà nước".split())), atol=1e-3)
    assert np.isclose(beyond[3], 60)


def test_a_document_without_a_title_is_neither_before_nor_behind_the_others_for_it() -> None:
    titles = ["Lưu trữ của cơ quan", "", "Lưu trữ"]
    made = figures([(number, title, "lưu trữ") for number, title in enumerate(titles, 1)], ["lưu", "trữ"])
    values = made.values["document title not asked for"]
    assert (
        np.isclose(values[1], (values[0] + values[2]) / 2, atol=1e-6)
        and values[0] < values[1] < values[2] == 0
    )
    alone = figures([(1, "", "lưu trữ"), (2, "", "lưu")], ["lưu", "trữ"])
    assert alone.values["document title not asked for"].tolist() == [0, 0]


def test_provisions_of_one_document_speak_for_one_another() -> None:
    made = figures([(1, "", "lưu"), (2, "", "trữ"), (1, "", "lưu trữ"), (1, "", "trữ lưu")], ["lưu", "trữ"])
    together = made.values["candidates of document"]
    assert together[0] == together[2] == together[3] > together[1] == 0
    assert np.isclose(together[0], 0.1 * asked(["lưu", "trữ"]).mass * np.log(3), atol=1e-5)


def test_an_empty_text_has_no_line_that_fits() -> None:
    made = figures([(1, "", ""), (2, "", "lưu trữ"), (3, "", "")], ["lưu", "trữ"])
    assert (
        made.values["fit of best line"][[0, 2]].tolist() == [0, 0] and made.values["fit of best line"][1] > 0
    )
