"""EDA changes a few words of the instruction, leaves figures, code and the answer alone, and draws the same again."""

from collections import Counter
from random import Random

import pytest

from desktop.core.lists import brought_along
from desktop.core.options import fields
from desktop.core.records import Candidate, Instruction, Ref
from desktop.methods import _parts, eda
from desktop.methods._wording import parted
from desktop.methods.eda import (
    EdaOptions,
    agreeing,
    drop_words,
    insert_synonyms,
    replace_words,
    swap_words,
    synonyms_of,
)
from tests.methods.playing import Context, Play, items

ENGLISH = Instruction(
    "Explain briefly why bread dough must rest before it is baked at 220 °C, and give {n} important reasons. "
    "See https://a.example/c?d=1 and `print(x)`.",
    "Only flour and water.",
    "Because of the gluten, at 220 °C.",
    system="You bake.",
)
CHINESE = Instruction(
    "请用简单的语言解释人工智能的重要作用，并列出3个常见的例子，每个例子不超过50字。", output="好。", language="zh"
)
LISTED = pytest.mark.parametrize("language", ["en", "zh"])


def context(row: Instruction = ENGLISH, language: str = "en", **lists: tuple[str, ...]) -> Context:
    return Context(eda.METHOD, language=language, candidates=[Candidate(5, 5, row)], lists=lists)


def test_a_row_gives_nine_copies_and_stays_itself_their_parent() -> None:
    play = Play(str)
    for row, language in ((ENGLISH, "en"), (CHINESE, "zh")):
        rows = play.run(context(row, language), EdaOptions())
        assert len({each.instruction for each in rows} - {row.instruction}) == 9
        assert Counter(each.extra["operation"] for each in rows).keys() == {"replace", "insert", "swap", "drop"}
        assert max(Counter(each.extra["operation"] for each in rows).values()) <= 3
    assert play.questions == [], "no model is asked"
    [item] = items(5, context(), EdaOptions())
    assert item.inputs == (Ref("candidate", 5),)


def test_answers_and_all_that_is_not_chosen_stay() -> None:
    for made in Play(str).run(context(), EdaOptions()):
        assert (made.output, made.input, made.system) == (ENGLISH.output, ENGLISH.input, ENGLISH.system)
    for made in Play(str).run(context(), EdaOptions(where="input")):
        assert made.instruction == ENGLISH.instruction
        assert made.input != ENGLISH.input
        assert made.output == ENGLISH.output


def test_figures_code_addresses_and_placeholders_stay_and_the_person_is_warned() -> None:
    for made in Play(str).run(context(), EdaOptions(copies=32, replaced=0.5, swapped=0.5, dropped=0.5)):
        for kept in ("220 °C", "{n}", "https://a.example/c?d=1", "`print(x)`"):
            assert made.instruction.count(kept) == 1
    for made in Play(str).run(context(CHINESE, "zh"), EdaOptions(copies=32, swapped=0.5, dropped=0.5)):
        assert "3个" in made.instruction
        assert "50字" in made.instruction
    assert "Figures" in next(each for each in fields(EdaOptions) if each.name == "copies").about.help


def test_the_same_seed_gives_the_same_copies() -> None:
    def drawn(seed: int) -> list[str]:
        made = eda.copies_of([ENGLISH.instruction], EdaOptions(), synonyms_of(["reasons causes"]), Random(seed))
        return [text for _operation, (text,) in made]

    assert drawn(3) == drawn(3) != drawn(4)


def test_an_operation_changes_at_least_one_word_and_a_tenth_of_many() -> None:
    synonyms = synonyms_of(brought_along("synonyms", "en"))
    text = " ".join(["explain", "reasons", "problem", "method", *"abcdefghijklmnopqrstuvwxyz"])
    options = EdaOptions(copies=4, inserted=0.0, swapped=0.0, dropped=0.0)
    for _operation, (said,) in eda.copies_of([text], options, synonyms, Random(1)):
        assert sum(one != other for one, other in zip(said.split(), text.split(), strict=True)) == 3
    for _operation, (said,) in eda.copies_of(["explain it"], options, synonyms, Random(1)):
        assert said in ("clarify it", "elucidate it")


def test_an_operation_that_is_switched_off_gives_nothing() -> None:
    rows = Play(str).run(context(), EdaOptions(replaced=0.0, dropped=0.0))
    assert {row.extra["operation"] for row in rows} == {"insert", "swap"}
    assert len(rows) == 9, "the others make up for it"


def test_what_cannot_be_changed_is_put_aside() -> None:
    play = Play(str)
    assert play.run(context(Instruction("42")), EdaOptions()) == []
    assert play.run(context(), EdaOptions(replaced=0.0, inserted=0.0, swapped=0.0, dropped=0.0)) == []
    assert play.run(context(Instruction("Name a river.")), EdaOptions(where="input")) == []
    assert [each.reason for each in play.discarded] == [_parts.UNCHANGED] * 3


def test_words_move_within_their_sentence() -> None:
    for seed in range(30):
        text = parted("Bread rises slowly overnight. Stone sinks fast today.")
        swap_words(text, 3, Random(seed))
        insert_synonyms(text, 2, synonyms_of(["bread loaf", "stone rock"]), Random(seed))
        one, other = str(text).lower().rstrip(".").split(". ")
        assert {"bread", "rises", "slowly", "overnight"} <= set(one.split()) <= {*one.split(), "loaf"}
        assert not {"rock", "stone"} & set(one.split())
        assert not {"loaf", "bread"} & set(other.split())


def test_an_article_agrees_with_the_word_that_came_behind_it() -> None:
    assert agreeing("An subjective title, a apt one, a hour", "An apt subjective title") == (
        "A subjective title, an apt one, an hour"
    )
    assert agreeing("a unit of a SQL", "") == "a unit of a SQL"
    assert agreeing("an user", "it is an user") == "an user", "as it was written"


def test_every_place_of_a_word_is_replaced_and_its_capital_kept() -> None:
    text = parted("Big cities, big rivers")
    replace_words(text, 9, synonyms_of(["big large", "cities towns"]), Random(1))
    assert str(text) == "Large towns, large rivers"


def test_words_go_in_and_out_without_doubled_blanks() -> None:
    text = parted("Buy milk, and bread.")
    insert_synonyms(text, 2, synonyms_of(["buy purchase"]), Random(1))
    assert str(text).lower().split().count("purchase") + str(text).lower().split().count("buy") == 3
    assert "  " not in str(text)
    for place in (0, 1, 2, 3):
        text = parted("Buy milk, and bread.")
        text.drop(place)
        assert "  " not in str(text)
        assert " ." not in str(text)
    drop_words(text, 1.0, Random(1))
    assert len(text.words) == 1
    swapped = parted("甲地 and 乙")
    swap_words(swapped, 1, Random(1))
    assert sorted(swapped.words) == sorted(parted("甲地 and 乙").words)


def test_chinese_is_cut_into_words_and_put_together_without_blanks() -> None:
    assert parted("请解释人工智能。").words == ["请", "解释", "人工智能"]
    text = parted("解释问题")
    insert_synonyms(text, 1, synonyms_of(["解释 说明"]), Random(1))
    assert str(text) in ("说明解释问题", "解释说明问题")


def test_a_language_without_synonyms_gets_none_of_another() -> None:
    row = Instruction("Quel est le problem final de ce pain simple ?", output="Rien.")
    for project, language in (("fr", ""), ("en", "fr")):
        given = Instruction(row.instruction, output=row.output, language=language)
        rows = Play(str).run(context(given, project), EdaOptions())
        assert {each.extra["operation"] for each in rows} == {"swap", "drop"}


def test_the_projects_own_synonyms_count() -> None:
    rows = Play(str).run(context(synonyms=("dough pastry",)), EdaOptions(inserted=0.0, swapped=0.0, dropped=0.0))
    assert len(rows) == 1
    assert "bread pastry must rest" in rows[0].instruction
    english = Instruction("Explain it.", output="Yes.", language="en")
    [*rows] = Play(str).run(context(english, "zh"), EdaOptions(inserted=0.0, swapped=0.0, dropped=0.0))
    assert {row.instruction for row in rows} == {"Clarify it.", "Elucidate it."}


@LISTED
def test_no_synonym_stands_in_two_groups(language: str) -> None:
    groups = [line.split() for line in brought_along("synonyms", language)]
    words = Counter(word for group in groups for word in group)
    assert [word for word, times in words.items() if times > 1] == []
    assert all(len(group) > 1 for group in groups)
    assert sum(len(group) * (len(group) - 1) // 2 for group in groups) > (1500 if language == "zh" else 900)
