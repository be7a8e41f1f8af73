"""Running text: sentences that come twice are seen sooner than by looking at each."""

import random

import pytest

from desktop.core.text.prose import may_repeat_a_sentence, sentences


@pytest.mark.parametrize("random_seed", range(20))
def test_whenever_a_sentence_comes_twice_it_is_seen_that_it_may(random_seed: int) -> None:
    draw = random.Random(random_seed)
    pieces = ["Yes", "no", "e.g.", "Mr.", ".", "...", "!", "?", "。", "”", '"', ")", "潮汐", "It is 1.", "(so)", "x"]
    for _time in range(200):
        text = " ".join("".join(draw.choices([*pieces, " "], k=draw.randint(1, 14))).split())
        said = [text[start:end] for start, end in sentences(text)]
        assert may_repeat_a_sentence(text) or len(set(said)) == len(said), text


def test_most_texts_cannot_repeat_one() -> None:
    assert not may_repeat_a_sentence("The moon pulls. The sea rises, and falls (twice a day). Why? It is “far” away.")
