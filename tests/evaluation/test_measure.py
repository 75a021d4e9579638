"""What is read off outcomes: rates, thresholds, calibration, confusions, the scope curve."""

from __future__ import annotations

import itertools
import math

import pytest

from bot.evaluation.measure import (
    answer_threshold,
    calibration_error,
    confusions,
    figures,
    is_answered,
    offer_threshold,
    scope_curve,
)
from tests.evaluation.outcomes import TOPICS, ladder, outcome

MIXED = [
    outcome("door", ("door", 0.9), ("papers", 0.1)),
    outcome("door", ("papers", 0.8), ("police", 0.1), ("door", 0.1), understood="es"),
    outcome("papers", ("papers", 0.4), ("door", 0.3)),
    outcome("greet", ("greet", 0.9), ("door", 0.1)),
    outcome("out_of_scope", ("door", 0.7), ("out_of_scope", 0.3)),
    outcome("out_of_scope", ("door", 0.2), ("out_of_scope", 0.1)),
    outcome("out_of_scope", ("out_of_scope", 0.9), ("door", 0.1)),
    outcome("out_of_scope", ("greet", 0.9), ("door", 0.1)),
]


def test_rates_are_what_can_be_counted_by_hand() -> None:
    found = figures(MIXED, TOPICS, answer=0.5)
    assert found.messages == 8
    assert found.top_1 == 3 / 4
    assert found.offered_3 == 4 / 4
    assert found.confidently_wrong == 2 / 8, "one topic taken for another, one out-of-scope message answered"
    assert found.answered_right == 2 / 4, "the third is right but below the threshold"
    assert found.out_of_scope_caught == 3 / 4
    assert found.locale_right == 3 / 4


def test_a_meta_reply_to_an_out_of_scope_message_answers_no_topic() -> None:
    assert not is_answered(outcome("out_of_scope", ("greet", 0.99)), TOPICS, 0.5)
    assert is_answered(outcome("out_of_scope", ("door", 0.5)), TOPICS, 0.5)


def test_rates_without_messages_are_not_numbers_rather_than_perfect() -> None:
    found = figures([outcome("door", ("door", 0.9))], TOPICS, 0.5)
    assert math.isnan(found.out_of_scope_caught)


@pytest.mark.parametrize(("wrong", "right"), [(10, 90), (5, 95), (30, 70)])
def test_the_answering_threshold_is_the_lowest_that_keeps_its_promise(wrong: int, right: int) -> None:
    outcomes = ladder(wrong, right)
    at = answer_threshold(outcomes, TOPICS)
    assert figures(outcomes, TOPICS, at).confidently_wrong <= 0.02
    assert figures(outcomes, TOPICS, at - 0.015).confidently_wrong > 0.02


def test_no_mistakes_need_no_threshold() -> None:
    assert answer_threshold(ladder(0, 50), TOPICS) == 0.2


def test_every_language_must_keep_the_promise_by_itself() -> None:
    easy, hard = ladder(0, 900), ladder(10, 90, locale="es")
    together = answer_threshold(easy + hard, TOPICS)
    assert figures(easy + hard, TOPICS, 0.2).confidently_wrong <= 0.02, "taken together nothing would be wrong"
    assert together == answer_threshold(hard, TOPICS)


def test_a_hopeless_model_gets_the_strictest_threshold() -> None:
    assert answer_threshold([outcome("door", ("papers", 0.99))] * 10, TOPICS) == 0.95


def test_what_is_offered_is_right_at_least_in_one_case_of_ten() -> None:
    never = [outcome("door", ("door", 0.8), ("papers", 0.05))] * 50
    often = [outcome("door", ("papers", 0.6), ("door", 0.255))] * 10
    assert offer_threshold(never + often, TOPICS) == pytest.approx(0.24, abs=0.011)
    assert offer_threshold(never, TOPICS) == 0.4


def test_honest_probabilities_have_no_calibration_error() -> None:
    honest = [outcome("door", ("door" if i < 7 else "papers", 0.7)) for i in range(10)]
    assert calibration_error(honest) == pytest.approx(0)


def test_overconfidence_is_measured_by_its_size() -> None:
    boastful = [outcome("door", ("door" if i < 5 else "papers", 0.95)) for i in range(10)]
    assert calibration_error(boastful) == pytest.approx(0.45)
    assert calibration_error([outcome("door", ("door", 1.0))]) == 0


def test_confusions_come_commonest_first_with_examples() -> None:
    outcomes = [
        *[outcome("door", ("papers", 0.5), text=f"open {i}") for i in range(6)],
        outcome("police", ("papers", 0.5), text="la jura"),
        outcome("door", ("door", 0.5)),
    ]
    first, second = confusions(outcomes)
    assert first == ("door", "papers", 6, ["open 0", "open 1", "open 2", "open 3"])
    assert second == ("police", "papers", 1, ["la jura"])
    assert len(confusions(outcomes, most=1)) == 1


def test_the_scope_curve_rises_with_the_threshold() -> None:
    curve = scope_curve(MIXED, TOPICS)
    assert curve[0] == (0.0, 0.5, 0.0), "two out-of-scope messages are caught without any threshold"
    assert curve[-1][1:] == (1.0, 1.0)
    for (_, caught, lost), (_, more_caught, more_lost) in itertools.pairwise(curve):
        assert caught <= more_caught
        assert lost <= more_lost
