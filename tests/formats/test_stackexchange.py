"""Dumps and tables of questions with votes are read by LIMA's rules, one answer a question, without their HTML."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from desktop.core.documents import Entry, Opened
from desktop.core.errors import UserError
from desktop.core.records import Instruction
from desktop.core.shapes import Flaw, Head, Incoming
from desktop.formats import stackexchange
from desktop.formats._voted import VotedOptions, fault_of, plain_of

LOOSE = VotedOptions(shortest=1, prompt="title")
Posts = Sequence[dict[str, object]]


def question(id: int, title: str = "How does yeast work?", body: str = "<p>I wonder.</p>") -> dict[str, object]:
    return {"Id": id, "PostTypeId": 1, "Score": 3, "Title": title, "Body": body, "Tags": "<bread><yeast>"}


def answer(id: int, parent: int, score: int, body: str = "<p>It eats sugar.</p>") -> dict[str, object]:
    return {"Id": id, "PostTypeId": 2, "ParentId": parent, "Score": score, "Body": body}


def dump(folder: Path, posts: Posts) -> Path:
    path = folder / "Posts.xml"
    rows = "\n".join(f"  <row {' '.join(f'{k}={quoteattr(str(v))}' for k, v in post.items())} />" for post in posts)
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<posts>\n{rows}\n</posts>\n', encoding="utf-8")
    return path


def rows_of(path: Path, options: VotedOptions = LOOSE) -> list[Instruction]:
    read = stackexchange._pick(path, options)
    return [each.row for each in read if isinstance(each, Incoming) and isinstance(each.row, Instruction)]


def flaws_of(path: Path, options: VotedOptions = LOOSE) -> list[Flaw]:
    return [each for each in stackexchange._pick(path, options) if isinstance(each, Flaw)]


def test_the_best_answer_of_each_question_is_taken_where_it_has_ten_votes(tmp_path: Path) -> None:
    posts = [question(1), answer(2, 1, 12, "<p>Good.</p>"), answer(3, 1, 40, "<p>Best.</p>"), answer(4, 1, 40),
             question(5, "Why?"), answer(6, 5, 9), question(7, "When?"), answer(8, 7, 10, "<p>Now.</p>"),
             {"Id": 9, "PostTypeId": 4, "Body": "a tag"}]  # fmt: skip
    path = dump(tmp_path, posts)
    assert [(row.instruction, row.output) for row in rows_of(path)] == [
        ("How does yeast work?", "Best."),
        ("When?", "Now."),
    ]
    assert rows_of(path)[0].extra == {"question_id": "1", "answer_id": "3", "tags": "<bread><yeast>", "score": 40}
    assert stackexchange._sniff(Head("Posts.xml", path.read_bytes())) > 0.9


def test_an_answer_may_come_before_its_question(tmp_path: Path) -> None:
    path = dump(tmp_path, [answer(2, 5, 12), question(5), answer(6, 99, 50)])
    assert [row.output for row in rows_of(path)] == ["It eats sugar."]


@pytest.mark.parametrize(("length", "taken"), [(1199, 0), (1200, 1), (4096, 1), (4097, 0)])
def test_an_answer_has_1200_to_4096_characters(tmp_path: Path, length: int, taken: int) -> None:
    path = dump(tmp_path, [question(1), answer(2, 1, 10, f"<p>{'a' * length}</p>")])
    rows = [each for each in stackexchange._read(path, {}) if isinstance(each, Incoming)]
    assert len(rows) == taken


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I would wait.", "in the first person"),
        ("In my kitchen it works.", "in the first person"),
        ("我觉得要等。", "in the first person"),
        ("我们国家的面包要等。", ""),
        ("Use type I/O, i.e. `I = my(me)`.", ""),
        ("As already mentioned, wait.", "speaks of other answers"),
        ("See John's answer.", "speaks of other answers"),
        ("The answer above is right.", "speaks of other answers"),
        ("Ask on Stack Overflow.", "speaks of other answers"),
        ("楼上说得对。", "speaks of other answers"),
        ("The answer is 42.", ""),
        ("Run it:\n```\nmy = I\n```\nand wait.", ""),
        ("", "too short"),
    ],
)
def test_the_first_person_and_other_answers_are_left_out(text: str, why: str) -> None:
    assert fault_of(text, LOOSE) == why
    assert not text or fault_of(text, VotedOptions(shortest=1, first_person=True, references=True)) == ""


def test_html_goes_and_code_and_lists_stay() -> None:
    html = (
        '<p>Use <a href="https://a.example">this <code>f(x)</code></a> &amp; see https://b.example/x.</p>'
        '<p><img src="https://c.example/p.png" alt="picture"></p>'
        "<ul><li>one</li><li>two <b>bold</b></li></ul>"
        "<pre><code>url = 'https://d.example'\nif a &lt; b: pass</code></pre>"
    )
    assert plain_of(html) == (
        "Use this `f(x)` & see.\n- one\n- two bold\n\n```\nurl = 'https://d.example'\nif a < b: pass\n```"
    )
    assert plain_of("Plain, a < b, [a link](https://a.example) here.") == "Plain, a < b, a link here."


def test_the_instruction_is_the_title_or_the_text(tmp_path: Path) -> None:
    posts = [post for id in range(1, 40, 2) for post in (question(id, f"Title {id}", f"<p>Text {id}?</p>"),
                                                        answer(id + 1, id, 10))]  # fmt: skip
    path = dump(tmp_path, posts)
    either = [row.instruction.split()[0] for row in rows_of(path, VotedOptions(shortest=1))]
    assert set(either) == {"Title", "Text"}
    assert either == [row.instruction.split()[0] for row in rows_of(path, VotedOptions(shortest=1))]
    assert rows_of(path, VotedOptions(shortest=1, prompt="both"))[0].instruction == "Title 1\n\nText 1?"
    assert rows_of(path, VotedOptions(shortest=1, prompt="body"))[0].instruction == "Text 1?"


def test_a_text_that_asks_nothing_comes_with_its_title(tmp_path: Path) -> None:
    path = dump(tmp_path, [question(1, "Which helmet?", "<p>It is my first.</p>"), answer(2, 1, 10)])
    [row] = rows_of(path, VotedOptions(shortest=1, prompt="body"))
    assert row.instruction == "Which helmet?\n\nIt is my first."


def test_what_was_left_out_is_told_in_one_line(tmp_path: Path) -> None:
    posts = [question(1), answer(2, 1, 10), question(3), answer(4, 3, 10, "<p>I know.</p>"), question(5),
             answer(6, 5, 10, "<p>My dear.</p>")]  # fmt: skip
    [flaw] = flaws_of(dump(tmp_path, posts))
    assert flaw.why == "2 of 3 answers were left out (in the first person: 2)"
    more = [answer(7, 5, 9), answer(8, 3, 11), answer(9, 1, 10)]
    [flaw] = flaws_of(dump(tmp_path, [*posts, *more]))
    assert flaw.why == (
        "4 of 6 answers were left out (not the best of its question: 2; too few votes: 1; in the first person: 1)"
    )


def test_a_broken_dump_and_one_that_defines_entities_are_refused(tmp_path: Path) -> None:
    path = dump(tmp_path, [question(1), answer(2, 1, 10)])
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:-20], encoding="utf-8")
    with pytest.raises(UserError):
        rows_of(path)
    bomb = '<!DOCTYPE posts [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>\n<posts>'
    path.write_text(whole.replace("<posts>", bomb), encoding="utf-8")
    with pytest.raises(UserError):
        rows_of(path)


def test_html_without_end_is_one_flaw_and_the_rest_is_read(tmp_path: Path) -> None:
    deep = "<div>" * 3000 + "x"
    path = dump(tmp_path, [question(1), answer(2, 1, 10, deep), question(3, "Why?"), answer(4, 3, 10)])
    assert [row.instruction for row in rows_of(path)] == ["Why?"]
    assert [flaw.place for flaw in flaws_of(path)] == ["post 2"]


# ── tables ───────────────────────────────────────────────────────────────────────────────────────

TABLE = [
    {"q": "Why?", "a": "Because.", "votes": "11", "site": "bread"},
    {"q": "Why?", "a": "So that.", "votes": "30.0", "site": "bread"},
    {"q": "When?", "a": "Never.", "votes": "", "site": "bread"},
]
COLUMNS = VotedOptions(shortest=1, question_column="q", answer_column="a", score_column="votes")


def table(folder: Path, kind: str) -> Path:
    path = folder / f"votes.{kind}"
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, TABLE)), encoding="utf-8")
    elif kind == "csv":
        lines = ["q,a,votes,site", *(",".join(row.values()) for row in TABLE)]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        import duckdb

        lines = [f"('{row['q']}', '{row['a']}', {row['votes'] or 'NULL'}, 'bread')" for row in TABLE]
        duckdb.sql(f"COPY (FROM (VALUES {', '.join(lines)}) t(q, a, votes, site)) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_table_with_votes_is_read_by_the_same_rules(tmp_path: Path, kind: str) -> None:
    [row] = rows_of(table(tmp_path, kind), COLUMNS)
    assert (row.instruction, row.output) == ("Why?", "So that.")
    assert row.extra == {"site": "bread", "score": 30}


def test_a_table_without_such_columns_says_how_to_name_them(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        rows_of(table(tmp_path, "csv"))
    assert "question" in refused.value.what
    assert "question_column" in refused.value.remedy


def test_a_dump_can_be_a_source(tmp_path: Path) -> None:
    long = f"<p>{'Yeast eats sugar. ' * 80}</p>"
    parts = list(stackexchange._parts(dump(tmp_path, [question(1), answer(2, 1, 10, long)]), 1))
    assert parts[0] == Opened(0)
    assert isinstance(parts[1], Entry)
    assert str(parts[1].columns["answer"]).startswith("Yeast eats sugar.")
