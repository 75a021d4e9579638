"""The classifier by itself: what it learns, saves and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.errors import DataError, ModelError
from bot.nlu import classifier
from bot.nlu.classifier import Recipe, Understanding, features_of, fit_understanding, folds, near_copies
from bot.nlu.features import concept_features, normal_words, parse_lexicon
from bot.nlu.spelling import Spelling
from bot.nlu.vectors import WordVectors, read_vectors

pytest.importorskip("sklearn", reason="training needs the train extra")

LEXICON = parse_lexicon({"q": "que", "xq": "por que"}, {"papers": ["papeles", "documentos", "status", "green card"]})
VECTORS = WordVectors(
    {"puerta": 0, "door": 1, "porton": 2, "hola": 3}, np.array([[90, 1], [88, 3], [80, 5], [2, 99]], np.int8)
)
TEXTS = ["me piden papeles", "will they ask status", "abro la puerta", "do i open the door", "hola", "hello there"] * 3
INTENTS = ["status", "status", "door", "door", "greet", "greet"] * 3
LOCALES = ["es", "en", "es", "en", "es", "en"] * 3


def test_a_word_in_two_concepts_is_refused() -> None:
    with pytest.raises(DataError, match="`Papel` is in papers and in sheet"):
        parse_lexicon({}, {"papers": ["papel"], "sheet": ["Papel"]})


@pytest.fixture(scope="module")
def fitted() -> Understanding:
    return fit_understanding(TEXTS, INTENTS, LOCALES, LEXICON, VECTORS, Recipe(folds=0))


def test_it_learns_across_languages_through_concepts(fitted: Understanding) -> None:
    assert fitted.rank_intents("documentos")[0].label == "status"


def test_probabilities_add_up_and_are_ordered(fitted: Understanding) -> None:
    ranked = fitted.rank_intents("puerta papeles hola")
    assert sum(r.probability for r in ranked) == pytest.approx(1, abs=1e-5)
    assert [r.probability for r in ranked] == sorted((r.probability for r in ranked), reverse=True)


@pytest.mark.parametrize("text", ["", " ", "??!!", "🙏", "\x00", "x" * 100_000, "日本語", "a\u0301" * 500])
def test_any_text_is_ranked(fitted: Understanding, text: str) -> None:
    assert len(fitted.rank_intents(text)) == 3
    fitted.rank_locales(text)


def test_training_and_answering_see_a_message_alike() -> None:
    spelling, recipe = Spelling.learn([], LEXICON, VECTORS), Recipe(rarest=1)
    examples = [features_of(text, LEXICON, VECTORS, spelling) for text in (*TEXTS, "", "papeles papeles status")]
    vocabulary, rarity = classifier._vocabulary(examples, 1)
    matrix = classifier._matrix(examples, vocabulary, rarity, recipe).toarray()
    for row, example in zip(matrix, examples, strict=True):
        alone = np.zeros_like(row)
        indices, values = classifier._vector(example, vocabulary, rarity, recipe.weights, recipe.meaning)
        np.add.at(alone, indices, values)
        np.testing.assert_allclose(row, alone, atol=1e-5)


def test_what_is_remembered_of_words_stays_small(fitted: Understanding) -> None:
    before = classifier._pieces.cache_info().currsize
    fitted.rank_intents(" ".join(f"{i}abcdefghij" * 100 for i in range(20)))
    assert classifier._pieces.cache_info().currsize == before


def test_places_tell_no_language(fitted: Understanding) -> None:
    assert fitted.rank_locales("xcityx xstatex") == []


def test_what_is_saved_ranks_the_same(fitted: Understanding, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    again = Understanding.load(tmp_path)
    for text in [*TEXTS, "something else", "ñandú", "documentps"]:
        assert again.rank_intents(text) == fitted.rank_intents(text)
        assert again.rank_locales(text) == fitted.rank_locales(text)


def test_a_damaged_model_is_refused_in_one_line(fitted: Understanding, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    (tmp_path / "intents.npz").write_bytes(b"not an archive")
    with pytest.raises(ModelError, match="run: amparo train"):
        Understanding.load(tmp_path)


def test_a_model_of_another_version_is_refused(fitted: Understanding, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    about = json.loads((tmp_path / "intents.json").read_text())
    (tmp_path / "intents.json").write_text(json.dumps({**about, "format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        Understanding.load(tmp_path)


def test_a_pickle_is_never_loaded(fitted: Understanding, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    np.savez(tmp_path / "intents.npz", rarity=np.array([{}], dtype=object))
    with pytest.raises(ModelError):
        Understanding.load(tmp_path)


def test_one_intent_is_not_enough() -> None:
    with pytest.raises(ModelError, match="two intents"):
        fit_understanding(["a b", "c d"], ["x", "x"], ["en", "es"], LEXICON, VECTORS, Recipe(folds=0))


def test_messages_that_share_nothing_teach_nothing() -> None:
    with pytest.raises(ModelError, match="no word is in 3 messages"):
        fit_understanding(["ab", "cd"], ["x", "y"], ["en", "es"], LEXICON, VECTORS, Recipe(folds=0, augment=()))


def test_near_copies_stay_on_one_side_of_a_fold() -> None:
    texts = ["will the police ask me for papers", "will the police ask me for papers today", "where is my brother"]
    families = near_copies(texts)
    assert families[0] == families[1] != families[2]
    for kept, held_out in folds([*families, 7, 8, 9], 3):
        assert not set(kept) & set(held_out)
        assert len(kept) + len(held_out) == 6


def test_short_spellings_and_stretched_letters_are_written_out() -> None:
    assert normal_words("Xq q PAPELESSSS??", LEXICON) == ["por", "que", "que", "papeles", "?", "?"]


def test_slips_in_unknown_words_are_mended_and_nothing_else() -> None:
    messages = [["deportar", "puerta", "abogado"]] * 3 + [["deportan", "seldom"]] + [["deportas"]] * 4
    spelling = Spelling.learn(messages, LEXICON, VECTORS)
    assert spelling.mend(["deportr", "abogadp", "abgoado", "papelles"]) == ["deportar", "abogado", "abogado", "papeles"]
    assert spelling.mend(["deportax"]) == ["deportas"], "of several as near, the commonest"
    untouched = ["porton", "xcityx", "si", "ablo", "x" * 100_000, "287g", ""]
    assert spelling.mend(untouched) == untouched


def test_a_slip_in_the_word_that_decides_is_understood(fitted: Understanding) -> None:
    assert fitted.rank_intents("documentps")[0].label == "status"


def test_a_phrase_is_one_concept() -> None:
    assert "c:papers" in concept_features(normal_words("my green card", LEXICON), LEXICON)


def test_a_word_that_was_never_seen_is_understood_by_its_meaning(fitted: Understanding) -> None:
    assert fitted.rank_intents("porton")[0].label == "door"
    without = fit_understanding(TEXTS, INTENTS, LOCALES, LEXICON, WordVectors.empty(), Recipe(folds=0))
    by_meaning = {r.label: r.probability for r in fitted.rank_intents("porton")}["door"]
    assert by_meaning > {r.label: r.probability for r in without.rank_intents("porton")}["door"]


def test_vectors_are_saved_and_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    VECTORS.save(path)
    again = read_vectors(path)
    assert again.rows == VECTORS.rows and (again.table == VECTORS.table).all()
    assert np.linalg.norm(again.mean(["puerta", "door", "nothing"])) == pytest.approx(1)
    assert not again.mean(["nothing"]).any()
    path.write_bytes(b"no")
    with pytest.raises(DataError, match=r"vectors\.npz"):
        read_vectors(path)
