"""Importing: what comes in, what is left out and told, and what a broken file leaves behind (nothing)."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desktop.core.errors import UserError
from desktop.core.progress import Event, Progress
from desktop.core.records import Conversation, Instruction
from desktop.formats._voted import VotedOptions
from desktop.jobs.importing import import_candidates, import_seeds, read_preview
from desktop.store.project import Project
from desktop.store.show import Show

T = TypeVar("T")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "test.seedbed", title="Test", language="en") as project:
        yield project


def run(job: Generator[Event, None, T]) -> T:
    """What the job returns."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            value: T = end.value
            return value


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def row(instruction: str, output: str = "x", **more: Any) -> dict[str, Any]:
    return {"instruction": instruction, "input": "", "output": output, **more}


def test_seeds_come_in_as_one_step_that_can_be_undone(project: Project, tmp_path: Path) -> None:
    first = lines(tmp_path / "first.jsonl", row("你好", source="a"), row("b"))
    second = lines(tmp_path / "second.jsonl", {"id": "t", "instruction": "c", "instances": [{"output": "d"}]})
    report = run(import_seeds(project, [first, second], None, {}))
    assert (report.added, report.duplicates, report.flaws) == (3, 0, ())
    assert [(seed.row.instruction, seed.name, seed.origin) for seed in project.seeds.all()] == [
        ("你好", "", "first.jsonl"),
        ("b", "", "first.jsonl"),
        ("c", "t", "second.jsonl"),
    ]
    assert project.seeds.all()[0].row.extra == {"source": "a"}
    assert project.user.undo_title == "Import 3 seeds"
    project.user.undo().result()
    assert project.seeds.count() == 0


def test_rows_that_are_there_already_are_left_out_and_counted(project: Project, tmp_path: Path) -> None:
    path = lines(tmp_path / "seeds.jsonl", row("a"), row("a"), row("a", "other answer"))
    assert run(import_seeds(project, [path], None, {})).duplicates == 1
    report = run(import_seeds(project, [path], None, {}))
    assert (report.added, report.duplicates, project.seeds.count()) == (0, 3, 2)


def test_ids_that_come_twice_are_kept_and_named(project: Project, tmp_path: Path) -> None:
    path = lines(tmp_path / "seeds.jsonl", row("a", id="one"), row("b", id="one"), row("c", id="two"))
    report = run(import_seeds(project, [path], None, {}))
    assert (report.added, report.repeated_names) == (3, ("one",))
    task = {"id": "t", "instruction": "d", "instances": [{"output": "1"}, {"output": "2"}]}
    assert run(import_seeds(project, [lines(tmp_path / "tasks.jsonl", task)], None, {})).repeated_names == ()


def test_a_row_that_cannot_be_read_is_told_with_its_place(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "seeds.jsonl"
    path.write_text('{"instruction":"a","output":"b"}\n{oh}\n{}\n{"instruction":"c","output":"d"}\n')
    report = run(import_seeds(project, [path], None, {}))
    assert report.added == 2
    assert [(file.name, flaw.place) for file, flaw in report.flaws] == [
        ("seeds.jsonl", "line 2"),
        ("seeds.jsonl", "line 3"),
    ]


@pytest.mark.parametrize("bring", [import_seeds, import_candidates])
def test_a_file_that_cannot_be_read_leaves_nothing_of_any_file(project: Project, tmp_path: Path, bring: Any) -> None:
    good = lines(tmp_path / "good.jsonl", *(row(str(number)) for number in range(1500)))
    bad = tmp_path / "bad.json"
    bad.write_text('[{"instruction":"a","output":"b"},')
    with pytest.raises(UserError, match=r"bad\.json"):
        run(bring(project, [good, bad], None, {}))
    assert project.seeds.count() == project.candidates.count(Show()) == 0


def test_other_columns_are_asked_for_and_then_mapped(project: Project, tmp_path: Path) -> None:
    path = lines(tmp_path / "seeds.jsonl", {"question": "a", "answer": "b", "level": 3})
    with pytest.raises(UserError, match="--map instruction=question"):
        run(import_seeds(project, [path], None, {}))
    run(import_seeds(project, [path], None, {"instruction": "question", "output": "answer"}))
    assert project.seeds.all()[0].row == Instruction("a", output="b", extra={"level": 3})


def test_the_preview_is_of_files_whose_columns_can_be_mapped(tmp_path: Path) -> None:
    table = tmp_path / "seeds.csv"
    table.write_text("question,answer\na,b\n")
    preview = read_preview(table, None)
    assert preview is not None
    assert (preview.columns, preview.rows) == (("question", "answer"), (("a", "b"),))
    fixed = lines(tmp_path / "tasks.jsonl", {"instruction": "a", "instances": [{"output": "b"}]})
    assert read_preview(fixed, None) is None


def test_conversations_become_seeds_where_they_can(project: Project, tmp_path: Path) -> None:
    def turn(role: str, content: str) -> dict[str, str]:
        return {"role": role, "content": content}

    path = lines(
        tmp_path / "chats.jsonl",
        {"messages": [turn("system", "S"), turn("user", "1"), turn("assistant", "2"), turn("user", "3")]},
        {"messages": [turn("user", "1"), turn("tool", "2")]},
    )
    report = run(import_seeds(project, [path], None, {}))
    assert [seed.row for seed in project.seeds.all()] == [Instruction("3", system="S", history=(("1", "2"),))]
    assert [flaw.place for _file, flaw in report.flaws] == ["line 2"]


def test_candidates_keep_their_kind_their_siblings_and_their_file(project: Project, tmp_path: Path) -> None:
    task = {"id": "t", "instruction": "c", "instances": [{"output": "1"}, {"output": "2"}]}
    chat = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]}
    files = [lines(tmp_path / "tasks.jsonl", task, task), lines(tmp_path / "chats.jsonl", chat)]
    report = run(import_candidates(project, files, None, {}))
    found = [view.candidate for view in project.candidates.get(project.candidates.ids(Show()))]
    assert report.added == 5
    assert [each.family for each in found] == [found[0].id, found[0].id, found[2].id, found[2].id, found[4].id]
    assert isinstance(found[4].row, Conversation)
    assert [each.origin for each in found] == ["tasks.jsonl"] * 4 + ["chats.jsonl"]


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("seeds.jsonl", b"", None),
        ("seeds.json", b"[]", None),
        ("seeds.csv", b"instruction,output\n", None),
        ("seeds.bin", b"\x7fELF\x00\x00", None),
        ("seeds.jsonl", b'{"instruction":"a"}', "nonsense"),
    ],
)
def test_what_holds_no_rows_is_refused(
    project: Project, tmp_path: Path, name: str, content: bytes, format: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        run(import_seeds(project, [path], format, {}))
    assert error.value.what
    assert error.value.remedy


def test_fixed_columns_cannot_be_mapped(project: Project, tmp_path: Path) -> None:
    path = lines(tmp_path / "tasks.jsonl", {"instruction": "a", "instances": []})
    with pytest.raises(UserError, match="cannot be mapped"):
        run(import_seeds(project, [path], "self_instruct", {"instruction": "a"}))


def test_it_says_how_far_it_is(project: Project, tmp_path: Path) -> None:
    path = lines(tmp_path / "seeds.jsonl", *(row(str(number)) for number in range(2500)))
    events = list(import_candidates(project, [path], None, {}))
    assert [event.done for event in events if isinstance(event, Progress) and event.total] == [1000, 2000]


def test_a_format_that_chooses_its_rows_is_told_how(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("question,answer,score\nWhy?,Because.,12\nWhen?,Now.,3\n", encoding="utf-8")
    report = run(import_candidates(project, [path], "stackexchange", {}, VotedOptions(shortest=1)))
    assert report.added == 1
    [(_file, flaw)] = report.flaws
    assert "too few votes: 1" in flaw.why
    report = run(import_candidates(project, [path], "stackexchange", {}))
    assert (report.added, len(report.flaws)) == (0, 1), "LIMA's own rules want longer answers"
