"""What each filter that asks a model asks, and what it makes of the answers."""

import math
from dataclasses import replace
from typing import Any

import pytest

from desktop.core.catalogue import filters
from desktop.core.errors import UserError
from desktop.core.records import Candidate, Conversation, Message, Preference, Seed, Text
from desktop.core.steps import Ask, Choose, Chosen, Count, Counted, Score, Scored
from desktop.filters._asking import grade_of
from tests.fakes import Line
from tests.filters.asking import SKY, context_of, judged, prompts_of, sure_of
from tests.filters.rows import ask, candidate

# ── AlpaGasus ────────────────────────────────────────────────────────────────────────────────────


def test_rating_asks_for_one_dimension_and_draws_nothing_by_chance() -> None:
    asked: dict[str, str] = {}
    for dimension in ("accuracy", "helpfulness", "own"):
        _said, play = judged("rating", SKY, sure_of("5"), dimension=dimension, rubric="Is it kind?", how="written")
        [question], [text] = play.asked, prompts_of(play)
        assert question.sampling.temperature == 0.0
        assert question.sampling.max_tokens == 256
        assert "Why is the sky blue?" in text and "Sunlight is scattered" in text
        asked[dimension] = text
    assert len(set(asked.values())) == 3
    assert "Is it kind?" in asked["own"]
    assert "accura" not in asked["helpfulness"]


@pytest.mark.parametrize(
    ("reply", "value", "passed"),
    [
        ("4.5\nOne slip.", 4.5, True),
        ("4.4", 4.4, False),
        ("Score: 4.5", 4.5, True),
        ("score:5\nAll is right.", 5.0, True),
        ("**Score:** 3", 3.0, False),
        ("评分：4.5\n很好", 4.5, True),
        ("4.5/5", 4.5, True),
        ("7", None, False),
        ("-1", None, False),
        ("1. The answer is good.", None, False),
        ("I like it.", None, False),
        ("", None, False),
    ],
)
def test_a_written_rating_is_read_from_its_first_line(reply: str, value: float | None, passed: bool) -> None:
    verdict, _play = judged("rating", SKY, sure_of(reply), how="written")
    assert (verdict.value, verdict.passed) == (value, passed)
    assert (verdict.reason is None) == passed


def test_a_grade_by_comparison_is_how_surely_an_answer_is_good_beside_the_model_s_own() -> None:
    def script(question: Any) -> Line:
        return "The air scatters blue light." if isinstance(question, Ask) else Chosen((0.8, 0.2), 0.9)

    verdict, play = judged("quality_score", SKY, script, how="compared")
    assert verdict.value == pytest.approx(1 + 0.8 * 4)
    answering, comparing = play.questions
    assert isinstance(answering, Ask) and answering.sampling.temperature == 0.0
    assert prompts_of(play)[0] == "Why is the sky blue?", "it does not see the answer before it has given its own"
    assert isinstance(comparing, Choose) and comparing.options == ("Yes", "No")
    for text in ("Why is the sky blue?", "The air scatters blue light.", "Sunlight is scattered by the air."):
        assert text in prompts_of(play)[1]


def test_a_model_that_says_neither_yes_nor_no_gives_no_grade_by_comparison() -> None:
    def script(question: Any) -> Line:
        return "" if isinstance(question, Ask) else Chosen((1.0, 0.0), 0.001)

    verdict, _play = judged("quality_score", SKY, script, how="compared")
    assert verdict.value is None and not verdict.passed


def test_a_rating_by_probabilities_is_fractional() -> None:
    verdict, play = judged("rating", SKY, sure_of("4", "5"))
    assert verdict.value == pytest.approx(4.5)
    assert verdict.passed, "exactly the cut stays"
    [question] = play.questions
    assert isinstance(question, Choose) and question.options == ("0", "1", "2", "3", "4", "5")


def test_a_model_that_does_not_mean_to_grade_gives_no_grade() -> None:
    verdict, _play = judged("rating", SKY, lambda question: Chosen((0, 0, 0, 0, 0, 1.0), 0.0001))
    assert (verdict.passed, verdict.value) == (False, None)


def test_a_rubric_of_ones_own_must_be_written() -> None:
    with pytest.raises(UserError, match="graded"):
        judged("rating", SKY, sure_of("5"), dimension="own")


# ── the other grades ─────────────────────────────────────────────────────────────────────────────


def test_quality_is_written_reasons_first_and_its_last_score_counts() -> None:
    verdict, play = judged("quality_score", SKY, sure_of("Score: 2 would be too low.\nScore: 4"), how="written")
    assert (verdict.value, verdict.passed) == (4.0, True)
    assert play.asked[0].sampling.max_tokens == 150
    assert judged("quality_score", SKY, sure_of("3"))[0].value == 3.0


@pytest.mark.parametrize("id", ["deita_complexity", "deita_quality"])
def test_deita_is_the_sum_of_k_times_its_probability(id: str) -> None:
    parts = (0.1, 0.1, 0.2, 0.3, 0.2, 0.1)
    verdict, play = judged(id, SKY, lambda question: Chosen(parts, 0.9))
    assert verdict.value == pytest.approx(sum(k * part for k, part in enumerate(parts, 1)))
    assert verdict.passed
    [text] = prompts_of(play)
    assert ("Sunlight" in text) == (id == "deita_quality"), "how hard a task is does not hang on its answer"


def test_each_aspect_is_asked_by_itself() -> None:
    def script(question: Any) -> Line:
        return Chosen((0, 0, 0, 0, 1.0), 1.0) if question.step != "honesty" else Chosen((1.0, 0, 0, 0, 0), 1.0)

    verdict, play = judged("aspects", SKY, script)
    assert [question.step for question in play.questions] == [
        "helpfulness", "honesty", "instruction_following", "truthfulness",
    ]  # fmt: skip
    assert verdict.value == 4.0 and verdict.passed
    lowest, _play = judged("aspects", SKY, script, counts="lowest")
    assert lowest.value == 1.0 and not lowest.passed
    assert "honesty: 1.0" in str(lowest.reason)
    with pytest.raises(UserError, match="beauty"):
        judged("aspects", SKY, script, aspects=["beauty"])


@pytest.mark.parametrize(
    ("text", "value"), [("Rating: 3.5 of 5", 3.5), ("4 because", 4.0), ("10", None), ("nan", None)]
)
def test_a_grade_is_a_number_in_its_range(text: str, value: float | None) -> None:
    assert grade_of(text, 0, 5) == value


# ── yes or no ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "alone", "value", "passes"),
    [
        ((-0.5, -0.5), (-3.0, -1.0), 1.25, True),
        ((-2.0, -2.0), (-2.0, -2.0), -1.0, False),
        ((-0.4,), (-0.4,), -0.2, True),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_is_as_good_as_what_it_owes_to_its_passage(
    given: tuple[float, ...], alone: tuple[float, ...], value: float, passes: bool, language: str
) -> None:
    row = ask("Since when do night buses run?", "Night buses run since March.")
    verdict, play = judged("grounded", row, lambda each: Scored(given if each.step == "with" else alone), language)
    assert verdict.passed is passes and verdict.value == pytest.approx(value)
    shown, hidden = prompts_of(play)
    assert "Night buses run in Ellersby since March." in shown and "Ellersby" not in hidden
    assert all("Since when do night buses run?" in each for each in (shown, hidden))


def test_an_answer_with_hardly_a_word_of_its_passage_is_dropped_unasked() -> None:
    verdict, play = judged("grounded", ask("When?", "Trams cost forty pounds nowadays"), sure_of("Yes"))
    assert not verdict.passed and not play.questions
    assert "0%" in str(verdict.reason)


def test_a_row_that_was_made_from_no_passage_is_not_held_against_one() -> None:
    leaf = filters()["grounded"]
    assert leaf.steps is not None
    steps = leaf.steps(candidate(SKY), leaf.options(), context_of("grounded"))
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.passed


def test_a_rubric_shows_its_examples_and_asks_for_each_point() -> None:
    chosen: dict[str, Any] = {"points": ["It is short.", "It names a cause."], "good": ["Air."], "bad": ["Dunno."]}

    def script(question: Any) -> Line:
        return Chosen((0.9, 0.1) if "short" in question.prompt[0].content else (0.3, 0.7), 1.0)

    verdict, play = judged("rubric", SKY, script, **chosen)
    assert verdict.value == pytest.approx(0.6) and verdict.passed
    assert all("Air." in text and "Dunno." in text for text in prompts_of(play))
    strict, _play = judged("rubric", SKY, script, minimum=0.7, **chosen)
    assert "It names a cause." in str(strict.reason)
    assert not judged("rubric", SKY, script)[1].questions, "without points there is nothing to ask"


def test_toxicity_is_asked_both_ways_so_that_a_leaning_to_yes_cancels_out() -> None:
    def script(toxic: float, decent: float) -> Any:
        return lambda question: Chosen(
            (decent, 1 - decent) if "decent" in question.prompt[0].content else (toxic, 1 - toxic), 0.9
        )

    for toxic, decent, value in ((0.8, 0.2, 0.8), (0.9, 0.9, 0.5), (0.2, 0.8, 0.2), (1.0, 1.0, 0.5)):
        verdict, play = judged("toxicity", SKY, script(toxic, decent))
        assert verdict.value == pytest.approx(value)
        assert verdict.passed == (value <= 0.5)
        assert len(play.questions) == 2 and all("Sunlight" in text for text in prompts_of(play))
    unsure, _play = judged("toxicity", SKY, lambda question: Chosen((0.8, 0.2), 0.001))
    assert (unsure.passed, unsure.value) == (False, None)


# ── likelihoods ──────────────────────────────────────────────────────────────────────────────────


def test_perplexity_is_exp_of_the_mean_surprise_of_the_answer() -> None:
    logprobs = (-0.5, -2.0, -3.5)
    verdict, play = judged("perplexity", SKY, lambda question: Scored(logprobs))
    assert verdict.value == pytest.approx(math.exp(-sum(logprobs) / 3))
    [question] = play.questions
    assert isinstance(question, Score) and (question.prompt, question.answer) == ("", SKY.output)
    _after, play = judged("perplexity", SKY, lambda question: Scored(logprobs), after="question")
    assert "Why is the sky blue?" in prompts_of(play)[0]
    assert not judged("perplexity", SKY, lambda question: Scored((-6.0,)))[0].passed


@pytest.mark.parametrize(("ratio", "value"), [("loss", 1.0 / 2.0), ("perplexity", math.exp(1.0 - 2.0))])
def test_ifd_is_the_surprise_with_the_question_by_that_without(ratio: str, value: float) -> None:
    def script(question: Any) -> Line:
        return Scored((-1.0,) * 4) if question.prompt else Scored((-2.0,) * 4)

    verdict, play = judged("ifd", SKY, script, ratio=ratio)
    assert verdict.value == pytest.approx(value) and verdict.passed
    after, alone = play.questions
    assert isinstance(after, Score) and isinstance(alone, Score)
    assert after.answer == alone.answer == SKY.output and alone.prompt == ""
    _other, play = judged("ifd", ask("Another question?", SKY.output), script)
    assert play.questions[1] == alone, "the answer's own surprise does not hang on the question"


def test_ifd_drops_what_is_above_one_and_says_which_ratio() -> None:
    def script(question: Any) -> Line:
        return Scored((-3.0,) * 4) if question.prompt else Scored((-2.0,) * 4)

    for ratio in ("loss", "perplexity"):
        verdict, _play = judged("ifd", SKY, script, ratio=ratio)
        assert not verdict.passed
        assert f"by {ratio}" in str(verdict.reason)


def test_ifd_leaves_out_of_both_sides_what_nothing_predicts() -> None:
    def script(question: Any) -> Line:
        return Scored((-100.0, -1.0, -1.0)) if question.prompt else Scored((-2.0, -2.0), unpredicted=1)

    assert judged("ifd", SKY, script)[0].value == pytest.approx(0.5)


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────


def test_tokens_of_all_fields_are_counted() -> None:
    def script(question: Any) -> Line:
        assert isinstance(question, Count)
        assert len(question.texts) == 2
        return Counted((30, 20), (10, 20))

    assert judged("token_length", SKY, script, maximum=50)[0].passed
    long, _play = judged("token_length", SKY, script, maximum=49)
    assert "50 tokens" in str(long.reason)
    assert judged("tokenizer_fit", SKY, script)[0].value == pytest.approx(0.6)
    assert not judged("tokenizer_fit", SKY, script, maximum=0.5)[0].passed


def in_words(question: Any) -> Line:
    """A tokenizer whose tokens are words."""
    counts = tuple(len(text.split()) for text in question.texts)
    return Counted(counts, counts)


def test_a_row_of_too_many_tokens_is_to_be_cut_where_a_sentence_ends() -> None:
    long = ask("Say more.", "One two three. Four five six.\nSeven eight nine.")
    assert judged("token_length", long, in_words, maximum=10)[0].fix == ask(
        "Say more.", "One two three. Four five six."
    )
    assert judged("token_length", long, in_words, maximum=8)[0].fix == ask("Say more.", "One two three. Four five six.")
    assert judged("token_length", long, in_words, maximum=7)[0].fix == ask("Say more.", "One two three.")
    assert judged("token_length", long, in_words, maximum=4)[0].fix is None, "not one sentence would be left"
    assert judged("token_length", long, in_words, maximum=11)[0].fix is None
    assert judged("token_length", Text("One two three. Four."), in_words, maximum=3)[0].fix == Text("One two three.")
    assert judged("token_length", Preference("Say it.", "One. Two.", "Three."), in_words, maximum=3)[0].fix is None


def test_a_conversation_of_too_many_tokens_is_to_be_cut_where_a_pair_ends() -> None:
    turns = (Message("user", "One two."), Message("assistant", "One two."))
    talk = Conversation(turns * 3, system="Be brief.")
    assert judged("token_length", talk, in_words, maximum=13)[0].fix == replace(talk, messages=turns * 2)
    assert judged("token_length", talk, in_words, maximum=9)[0].fix == replace(talk, messages=turns)
    assert judged("token_length", talk, in_words, maximum=5)[0].fix is None


# ── meaning ──────────────────────────────────────────────────────────────────────────────────────


def test_what_means_the_same_as_a_kept_row_is_dropped_and_names_its_twin() -> None:
    leaf = filters()["semantic_duplicate"]
    assert leaf.compare is not None
    judge = leaf.compare(leaf.options(), context_of("semantic_duplicate"))
    judge.know(Seed(5, ask("A seed about tides.")), (1.0, 0.0, 0.0))
    rows = [
        (candidate("Tides, again.", 1), (0.95, math.sqrt(1 - 0.95**2), 0.0)),
        (candidate("Bread.", 2), (0.0, 0.0, 1.0)),
        (candidate("Loaves.", 3), (0.0, 0.1, math.sqrt(0.99))),
        (Candidate(4, 2, ask("Bread.", "Rye.")), (0.0, 0.0, 1.0)),
        (candidate("Toast.", 5), (0.0, 0.62, math.sqrt(1 - 0.62**2))),
    ]
    near_seed, alone, again, sibling = judge.judge(*zip(*rows[:4], strict=True))
    assert not near_seed.passed and near_seed.evidence.twins[0].text == "A seed about tides."
    assert alone.passed and alone.value == 0.0
    assert not again.passed and again.evidence.twins[0].ref.id == 2
    assert sibling.passed or sibling.evidence.twins[0].ref.id != 2, "siblings are not compared"
    assert [each.twin.id for each in again.likenesses] == [2]
    [unlike] = judge.judge(*zip(*rows[4:], strict=True))
    assert unlike.passed and unlike.value == pytest.approx(0.78, abs=0.01) and not unlike.likenesses
