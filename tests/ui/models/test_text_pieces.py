"""Pieces of text: nothing is lost or changed, words stay whole, and a long text is still compared in time."""

import time

import pytest

from desktop.ui.models.text_pieces import Piece, difference, marked


def both(pieces: tuple[Piece, ...]) -> tuple[str, str]:
    """The text before and after."""
    old = "".join(each.text for each in pieces if each.tone != "new")
    return old, "".join(each.text for each in pieces if each.tone != "gone")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("She may come home soon.", "She comes home on Friday."),
        ("患者应于周五出院。", "患者可以在周五上午出院回家。"),
        ("नमस्ते दुनिया", "नमस्ते प्यारी दुनिया"),
        ("ผู้ป่วยกลับบ้านได้", "ผู้ป่วยกลับบ้านวันศุกร์"),
        ("a\n\nb\nc", "a\nb\n\nc\n"),
        ("", "All new."),
        ("All gone.", ""),
        ("a a a a", "a a"),
    ],
)
def test_a_difference_holds_both_texts_to_the_last_character(old: str, new: str) -> None:
    assert both(difference(old, new)) == (old, new)


def test_latin_words_change_whole_and_chinese_by_characters() -> None:
    latin = difference("She comes home soon.", "She came home soon.")
    assert [piece.text for piece in latin if piece.tone != "same"] == ["comes", "came"]
    chinese = difference("患者应于周五出院。", "患者应于周六出院。")
    assert [piece.text for piece in chinese if piece.tone != "same"] == ["五", "六"]


def test_vowel_signs_stay_with_their_letters() -> None:
    pieces = difference("की कि", "की का")
    assert [piece.text for piece in pieces if piece.tone != "same"] == ["कि", "का"]


def test_changes_that_only_a_blank_keeps_apart_are_one() -> None:
    pieces = difference("She may come soon today.", "She will be there today.")
    assert [piece.tone for piece in pieces] == ["same", "gone", "new", "same"]


def test_very_long_texts_are_compared_by_lines() -> None:
    old = "\n".join(f"line {number} of a very long answer" for number in range(3000))
    new = old.replace("line 7 ", "row 7 ").replace("line 2900 ", "row 2900 ")
    began = time.process_time()
    pieces = difference(old, new)
    assert time.process_time() - began < 5
    assert both(pieces) == (old, new)
    assert sum(1 for piece in pieces if piece.tone == "new") == 2


def test_marks_may_overlap_and_reach_beyond_the_end() -> None:
    pieces = marked("one two three", [(4, 7), (0, 5), (10, 99)])
    assert [(piece.text, piece.tone) for piece in pieces] == [
        ("one t", "mark"),
        ("wo", "mark"),
        (" th", "same"),
        ("ree", "mark"),
    ]
