"""Text grows by whole characters, and a stop string is found wherever its pieces fall."""

import itertools
import random

import pytest

from desktop.engine.writing import Writer


def written(pieces: list[bytes], stops: tuple[str, ...] = ()) -> tuple[str, bool]:
    writer = Writer(stops)
    for piece in pieces:
        writer.push(piece)
        if writer.stopped:
            break
    return writer.finish(), writer.stopped


def test_a_character_split_over_tokens_appears_whole() -> None:
    writer = Writer(())
    shown = []
    for byte in "é你😀".encode():
        writer.push(bytes((byte,)))
        shown.append(writer.text)
    assert shown == ["", "é", "é", "é", "é你", "é你", "é你", "é你", "é你😀"]


def test_a_character_that_never_ends_is_left_out() -> None:
    assert written([b"ok", "你".encode()[:2]]) == ("ok", False)


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert written([b"a\xff\xfeb"]) == ("a��b", False)


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_stop_string_is_found_over_any_token_border(cut: int) -> None:
    whole = b"one\n\ntwo"
    assert written([whole[:cut], whole[cut:]], ("\n\n",)) == ("one", True)


def test_what_may_become_a_stop_is_held_back_and_then_released() -> None:
    writer = Writer(("\n\nTask:",))
    seen = []
    for piece in (b"a\n", b"\nTa", b"sk", b"s are", b" fun"):
        writer.push(piece)
        seen.append(writer.text)
    assert seen == ["a", "a", "a", "a\n\nTasks are", "a\n\nTasks are fun"]


def test_what_is_held_at_the_end_belongs_to_the_text() -> None:
    assert written([b"done\n"], ("\n\n",)) == ("done\n", False)


def test_the_first_stop_in_the_text_counts_not_the_first_in_the_list() -> None:
    assert written([b"x 16. y\n\n"], ("\n\n", "16.")) == ("x ", True)


def test_an_empty_stop_never_stops() -> None:
    assert written([b"abc"], ("",)) == ("abc", False)


def test_a_chinese_stop_split_inside_a_character_is_found() -> None:
    whole = "答案。停止".encode()
    assert written([whole[:10], whole[10:]], ("停",)) == ("答案。", True)


def test_any_split_gives_the_text_that_no_split_gives() -> None:
    draw = random.Random(3)
    for _round in range(300):
        text = "".join(draw.choice("ab\n你") for _place in range(12))
        stops = tuple("".join(draw.choice("ab\n你") for _place in range(draw.randint(1, 3))) for _stop in range(2))
        raw = text.encode()
        cuts = sorted(draw.randrange(len(raw) + 1) for _cut in range(5))
        pieces = [raw[one:two] for one, two in itertools.pairwise([0, *cuts, len(raw)])]
        # Byte by byte a stop is seen as soon as it is complete; larger pieces must end at the same place or before.
        places = [place for stop in stops if (place := text.find(stop)) >= 0]
        result, stopped = written(pieces, stops)
        assert stopped == bool(places)
        assert text.startswith(result)
        assert not any(stop in result for stop in stops)
        if not places:
            assert result == text
