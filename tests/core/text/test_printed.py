"""Printed lines become paragraphs: running heads are found, lines joined, words mended, headings told by size."""

from desktop.core.documents import Block, DocumentPage, Line
from desktop.core.text.printed import blocks_of, joined


def line(text: str, top: float, *, size: float = 11, left: float = 72, right: float = 520) -> Line:
    return Line(text, size, left, right, top)


def page(number: int, *lines: Line) -> DocumentPage:
    return DocumentPage(number, lines=lines)


def test_lines_are_joined_as_their_script_wants_it() -> None:
    assert joined(["The fee is", "due in May."]) == "The fee is due in May."
    assert joined(["the in-", "surance"]) == "the insurance"
    assert joined(["Anne-", "Marie"]) == "Anne- Marie"
    assert joined(["会费应在", "五月缴纳，", "逾期不候。"]) == "会费应在五月缴纳，逾期不候。"
    assert joined(["用 Python", "编写"]) == "用 Python 编写"


def test_what_runs_through_the_pages_is_set_aside() -> None:
    pages = [
        page(n, line("Handbook", 760), line(f"Words of page {n} stand here.", 400), line(f"- {n} -", 30))
        for n in range(1, 9)
    ]
    for number, made in enumerate(blocks_of(pages), 1):
        assert [(block.text, block.aside) for block in made.blocks] == [
            ("Handbook", "running"),
            (f"Words of page {number} stand here.", ""),
            (f"- {number} -", "running"),
        ]


def test_a_line_with_dots_and_a_number_is_of_a_table_of_contents() -> None:
    made = blocks_of([page(1, line("Fees ........ 12", 700), line("Boats . . . . . 30", 686), line("Text.", 600))])
    assert made[0].blocks == (Block("Fees ........ 12\nBoats . . . . . 30", aside="contents"), Block("Text."))


def test_larger_lines_are_headings_by_their_size() -> None:
    body = [line(f"Running text of line {n} goes on and on for quite a while", 600 - 14 * n) for n in range(12)]
    made = blocks_of([page(1, line("Title", 740, size=24), line("Section", 640, size=16), *body)])
    assert [(block.text, block.level) for block in made[0].blocks[:2]] == [("Title", 1), ("Section", 2)]
    assert made[0].blocks[2].level == 0


def test_a_gap_or_a_bullet_begins_a_paragraph() -> None:
    lines = [
        line("one goes on", 700),
        line("and ends.", 686),
        line("two", 640),
        line("- three", 626),
        line("- four", 612),
    ]
    texts = [block.text for block in blocks_of([page(1, *lines)])[0].blocks]
    assert texts == ["one goes on and ends.", "two", "- three", "- four"]


def test_pages_that_came_with_blocks_stay_as_they_are() -> None:
    slide = DocumentPage(1, (Block("Title", level=2),))
    assert blocks_of([slide]) == [slide]


def test_a_running_head_may_stand_in_two_pieces() -> None:
    pages = [
        page(
            n,
            line("Handbook", 760, right=120),
            line(f"Chapter {n}", 760, left=450),
            *(line(f"{'abcdefgh'[n]} goes on in line {'abcdefgh'[k]}", 700 - 14 * k) for k in range(8)),
        )
        for n in range(6)
    ]
    assert all(
        made.blocks[0] == Block(f"Handbook Chapter {n}", aside="running") for n, made in enumerate(blocks_of(pages))
    )


def test_cells_of_a_table_stay_in_their_rows() -> None:
    lines = [
        each
        for n in range(8)
        for each in (line(f"Item {n}", 700 - 14 * n, right=120), line("12", 700 - 14 * n, left=400))
    ]
    text = " ".join(block.text for block in blocks_of([page(1, *lines)])[0].blocks)
    assert "Item 0 12" in text
    assert "Item 7 12" in text


def test_a_number_at_the_start_of_a_line_may_belong_to_the_sentence_before() -> None:
    lines = [
        line("The median fell in all beds, as may be seen from the figures (see Table", 700),
        line("1). Samples that were warm on arrival were thrown away, about a third of the budget,", 686),
        line("i.e. 48,000 a year, as the chapter on costs says at length and in great detail in section", 672),
        line("2. It holds.", 658, right=120),
        line("1. Open the valve.", 640, right=180),
        line("2. Press the key.", 626, right=180),
    ]
    texts = [block.text for block in blocks_of([page(1, *lines)])[0].blocks]
    assert [text[:10] for text in texts] == ["The median", "1. Open th", "2. Press t"]


def test_a_short_line_ends_a_paragraph_where_the_next_begins_elsewhere() -> None:
    lines = [
        line("BEGIN", 700, left=124, right=153),
        line("END", 686, left=124, right=142),
        line("The token must be separate from others.", 672, left=105),
        line("• One field of it is named", 658, left=99, right=240),
        line("in the group.", 644, left=112, right=180),
        line("Parts without a name are counted.", 630, left=105),
    ]
    texts = [block.text for block in blocks_of([page(1, *lines)])[0].blocks]
    assert texts == [
        "BEGIN END",
        "The token must be separate from others.",
        "• One field of it is named in the group.",
        "Parts without a name are counted.",
    ]


def test_the_last_number_of_a_sentence_is_no_page_number() -> None:
    lines = [line(f"Line {'abcdefghij'[n]} goes on", 700 - 14 * n) for n in range(9)]
    made = blocks_of([page(5, *lines, line("100.", 574, right=90))])
    assert [block.aside for block in made[0].blocks] == [""]


def test_a_title_that_runs_through_the_pages_in_small_letters_is_still_a_title() -> None:
    pages = [
        page(
            n, line("Handbook", 760), *(line(f"words {'abcdefgh'[n]} {'abcdefgh'[k]}", 700 - 14 * k) for k in range(8))
        )
        for n in range(6)
    ]
    title = page(6, line("Handbook", 760, size=24), line("Words of a cover", 700), line("and more of them.", 686))
    assert blocks_of([*pages, title])[-1].blocks[0] == Block("Handbook", level=1)


def test_the_head_of_a_short_chapter_is_told_by_the_page_number_in_it() -> None:
    chapters = ["Tides", "Tides", "Boats", "Boats", "Fees", "Fees"]
    pages = [
        page(n + 4, line(f"Chapter {chapter} {n}", 760), *(line(f"word {n}{k} of it", 700 - 14 * k) for k in range(8)))
        for n, chapter in enumerate(chapters, 1)
    ]
    assert [made.blocks[0].aside for made in blocks_of(pages)] == ["running"] * 6


def test_the_title_of_a_table_of_contents_belongs_to_it() -> None:
    body = [line(f"Running text of line {n} goes on and on for quite a while", 600 - 14 * n) for n in range(12)]
    made = blocks_of(
        [page(1, line("Contents", 740, size=24), line("Fees .... 2", 700, size=16), line("May .... 3", 686), *body)]
    )
    assert made[0].blocks[:2] == (
        Block("Contents", aside="contents"),
        Block("Fees .... 2\nMay .... 3", aside="contents"),
    )
