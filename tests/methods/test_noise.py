"""Noise makes the slips of hurried typing, and leaves figures, code and the answer alone."""

from random import Random

import pytest

from desktop.core.records import Candidate, Instruction, Ref
from desktop.methods import _parts, noise
from desktop.methods.noise import NoiseOptions, misheard, mistyped, noisy
from tests.methods.playing import Context, Play, items

ROW = Instruction("Explain why bread dough rests, at 220 degrees, in `f(x)`; and {name}?", output="At 220: see f(x).")


def context(row: Instruction = ROW, language: str = "en", **lists: tuple[str, ...]) -> Context:
    return Context(noise.METHOD, language=language, candidates=[Candidate(5, 5, row)], lists=lists)


def test_each_copy_has_other_slips_and_the_same_answer() -> None:
    play = Play(str)
    rows = play.run(context(), NoiseOptions(copies=8))
    assert len({row.instruction for row in rows} - {ROW.instruction}) == 8
    assert {row.output for row in rows} == {ROW.output}
    assert play.questions == [], "no model is asked"
    [item] = items(2, context(), NoiseOptions())
    assert item.inputs == (Ref("candidate", 5),)


def test_figures_code_and_placeholders_stay() -> None:
    for seed in range(60):
        said = noisy(ROW.instruction, NoiseOptions(share=0.5), {}, Random(seed))
        assert all(kept in said for kept in ("220", "`f(x)`", "{name}"))


def test_the_same_seed_makes_the_same_slips() -> None:
    assert noisy(ROW.instruction, NoiseOptions(), {}, Random(7)) == noisy(
        ROW.instruction, NoiseOptions(), {}, Random(7)
    )
    [item] = items(1, context(), NoiseOptions())
    one, other = (Play(str).run(context(), NoiseOptions(), item) for _time in range(2))
    assert one == other


@pytest.mark.parametrize("seed", range(40))
def test_a_typing_error_is_one_slip_behind_the_first_letter(seed: int) -> None:
    said = mistyped("garden", Random(seed))
    assert said[0] == "g"
    assert abs(len(said) - 6) <= 1


def test_a_swapped_last_letter_is_still_a_slip() -> None:
    assert all(mistyped("gardem", Random(seed)) != "gardem" for seed in range(200))


def test_punctuation_alone_is_left_out_where_nothing_else_may_be() -> None:
    said = noisy("Why, oh why? Rest.", NoiseOptions(typing=False, homophones=False), {}, Random(1))
    assert said in ("Why oh why? Rest.", "Why, oh why Rest.", "Why, oh why? Rest")


def test_chinese_words_are_written_with_what_sounds_alike() -> None:
    row = Instruction("请再解释一下", output="好。", language="zh")
    [made] = Play(str).run(context(row, "zh", homophones=("再 在",)), NoiseOptions())
    assert made.instruction == "请在解释一下"
    [made] = Play(str).run(context(row, "en"), NoiseOptions())
    assert made.instruction in ("请在解释一下", "请再解识一下")


def test_what_no_slip_fits_is_put_aside() -> None:
    play = Play(str)
    off = NoiseOptions(typing=False, punctuation=False, homophones=False)
    assert play.run(context(), off) == []
    assert play.run(context(Instruction("42")), NoiseOptions()) == []
    assert [each.reason for each in play.discarded] == [_parts.UNCHANGED] * 2


def test_the_list_names_what_a_word_is_mistaken_for() -> None:
    assert misheard(["在 再", "已经 以经 己经", "单"]) == {"在": ["再"], "已经": ["以经", "己经"]}
