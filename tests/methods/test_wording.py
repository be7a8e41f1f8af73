"""A text is parted into words that may change, and put together as it was; what carries its meaning stays in place."""

import pytest

from desktop.methods._wording import parted

TEXTS = (
    'Explain why GPT-4 said "no" to Yao Ming. Then (briefly) tell two reasons, not three.',
    "请用 Python 写五条“不超过十个字”的宣传语。别写《家》！",
    "Das Haus hat eine Tür. Der Garten hat viele Bäume.",
    "Question: is it so?\nAnswer:",
    "a) one\nb) two",
    "I broke it. Can you mend it?",
    "42",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_is_not_changed_comes_back_as_it_was(text: str) -> None:
    assert str(parted(text)) == text


def test_names_numbers_denials_and_quotations_are_no_words_to_change() -> None:
    assert parted(TEXTS[0]).words == ["explain", "why", "said", "to", "then", "briefly", "tell", "reasons"]
    assert parted(TEXTS[1]).words == ["请", "用", "写", "的", "宣传语", "别写"]
    assert "Garten" in parted(TEXTS[2]).words, "where every noun has a capital, none is a name for it"


def test_a_sentence_begins_with_a_capital_whatever_stands_first() -> None:
    text = parted("Explain the idiom. Give examples, please.")
    text.words[0], text.words[2] = text.words[2], text.words[0]
    text.drop(3)
    assert str(text) == "Idiom the explain. Examples, please."


@pytest.mark.parametrize(
    ("text", "place", "left"),
    [
        ("Eat eggs, milk, bread.", 2, "Eat eggs, bread."),
        ("Eat eggs, milk.", 2, "Eat eggs."),
        ("供水、供电、交通", 1, "供水、交通"),
        ("First, see.", 0, "See."),
        ("the (current) head", 1, "the head"),
        ("the (current head)", 1, "the (head)"),
    ],
)
def test_of_the_marks_around_a_dropped_word_one_remains(text: str, place: int, left: str) -> None:
    wording = parted(text.replace("First", "Lastly"))
    wording.drop(place)
    assert str(wording) == left


def test_words_know_their_sentence() -> None:
    assert parted("One goes. It comes! 他来了。你去").sentences() == [range(2), range(2, 4), range(4, 6), range(6, 8)]
