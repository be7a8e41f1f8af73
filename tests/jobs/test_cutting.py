"""Cutting: sections stay whole where they fit, sentences always, and every offset is true."""

from itertools import pairwise

from desktop.core.documents import BETWEEN, Block, DocumentPage, PlacedPage, placed
from desktop.core.records import Passage
from desktop.jobs.cutting import Cutting, cut, estimated

SENTENCE = "The fee is due in May and covers the insurance of every boat. "


def pages(*each: tuple[Block, ...], numbered: bool = True) -> list[PlacedPage]:
    return list(placed(DocumentPage(n if numbered else 0, blocks) for n, blocks in enumerate(each, 1)))


def passages(made: list[PlacedPage], **cutting: int) -> list[Passage]:
    return list(cut(made, Cutting(**cutting)))


def source_text(made: list[PlacedPage]) -> str:
    return BETWEEN.join(page.text for page in made)


def test_tokens_are_estimated_by_script() -> None:
    assert estimated("four letters each word") == 6
    assert estimated("会费应在五月缴纳") == 8


def test_short_sections_are_joined_and_long_ones_begin_anew() -> None:
    made = pages(
        (Block("A", 1), Block("One."), Block("B", 1), Block("Two.")),
        (Block("C", 1), Block(SENTENCE * 20), Block("D", 1), Block(SENTENCE * 20)),
    )
    found = passages(made, tokens=400)
    assert [each.text.split(BETWEEN)[0] for each in found] == ["A", "D"]
    assert [each.heading for each in found] == ["A", "D"]
    assert [each.page for each in found] == [1, 2]


def test_headings_lie_under_one_another_and_stay_with_what_follows() -> None:
    made = pages((Block("Part", 1), Block("Fees", 2), Block(SENTENCE * 60), Block("Boats", 2), Block(SENTENCE * 3)))
    found = passages(made, tokens=200)
    assert found[0].text.startswith("Part\n\nFees\n\nThe fee")
    assert {each.heading for each in found} == {"Part › Fees", "Part › Boats"}
    assert all(estimated(each.text) <= 210 for each in found)
    assert all(each.text.endswith(".") for each in found), "no sentence is cut"


def test_offsets_lead_to_the_text_in_any_script() -> None:
    made = pages((Block("第一章", 1), Block("会费应在五月缴纳。" * 80)), (Block("Mixed 中文 text. " * 90),))
    whole = source_text(made)
    for each in passages(made, tokens=120):
        assert whole[each.first : each.last].strip() == each.text


def test_overlap_repeats_the_end_of_the_passage_before() -> None:
    made = pages((Block(" ".join(f"Sentence {n} tells of boat {n}." for n in range(200))),))
    found = passages(made, tokens=100, overlap=30)
    assert all(after.first < before.last for before, after in pairwise(found))
    apart = passages(made, tokens=100)
    assert all(after.first >= before.last for before, after in pairwise(apart))


def test_a_sentence_goes_on_over_a_page_and_its_footer() -> None:
    made = pages(
        (Block("The fee is due in"), Block("Page 1", aside="running")),
        (Block("Page 2", aside="running"), Block("May of every year.")),
        (Block("会费应在"),),
        (Block("五月缴纳。"),),
    )
    said = passages(made)
    assert [each.text for each in said if not each.aside] == [
        "The fee is due in\n\nMay of every year.\n\n会费应在五月缴纳。"
    ]
    lower = pages((Block("The fee is due"),), (Block("in May."),))
    assert passages(lower)[0].text == "The fee is due in May."
    assert [(each.text, each.excluded) for each in said if each.aside] == [("Page 1", True)], "told once"


def test_a_heading_with_nothing_under_it_is_no_passage_unless_there_is_no_other() -> None:
    made = pages((Block("Fees", 1), Block(SENTENCE * 20), Block("See also", 2)))
    assert [each.heading for each in passages(made)] == ["Fees"]
    assert [each.text for each in passages(pages((Block("Thanks", 1),)))] == ["Thanks"]


def test_nothing_comes_of_nothing() -> None:
    assert passages([]) == []
    assert passages(pages(())) == []
