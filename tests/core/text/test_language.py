"""Languages: letters are counted in any script, and what is too short or unsure is not known."""

import pytest

from desktop.core.text.language import Guess, guess, is_in, letters_in


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a B-1_2", 2), ("naïve ½", 5), ("潮汐 tides", 7), ("№ 5", 0)])
def test_letters_are_counted(text: str, count: int) -> None:
    assert letters_in(text) == count


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The moon pulls at the sea, and so the water rises and falls twice a day along every coast.", "en"),
        ("The moon pulls at the sea,\nand so the water rises — and falls twice a day along “every” coast.", "en"),
        ("La lune attire la mer, et c’est pourquoi l’eau monte et descend deux fois par jour le long des côtes.", "fr"),
        ("月亮吸引着海水，所以每天涨落两次。", "zh"),
        ("พระจันทร์ดึงดูดน้ำทะเล", "th"),
    ],
)
def test_a_language_is_told(text: str, language: str) -> None:
    assert guess(text).language == language


@pytest.mark.parametrize("text", ["", "OK, so.", "12 + 30 = 42", "Xq zvw kfjq wpl mmnd qqrs tlkj"])
def test_what_nobody_can_tell_is_not_known(text: str) -> None:
    assert guess(text) == Guess("", 0.0)


def test_kin_are_taken_for_each_other() -> None:
    assert is_in("yue", "zh_CN") and is_in("nn", "no") and not is_in("en", "zh")
