"""Archives of questions and answers come in as sources by rules that can be chosen, and are remembered."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from desktop.formats._voted import VotedOptions
from desktop.jobs.importing_sources import import_sources
from desktop.jobs.source_rules import last_rules, ruled_among
from desktop.store.project import Project
from tests.confined.inside import Inside
from tests.formats.test_stackexchange import answer, dump, question
from tests.jobs.scripted import finish

POSTS = [question(1), answer(2, 1, 12), question(5, "Why?"), answer(6, 5, 3, "<p>Because of the salt in it.</p>")]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "test.seedbed", title="Test", language="en") as project:
        yield project


def test_they_are_found_as_they_are_in_folders_and_in_archives(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing", encoding="utf-8")
    assert ruled_among([folder, folder / "notes.txt", folder / "missing"]) == ()
    path = dump(folder, POSTS)
    assert ruled_among([folder]) == ruled_among([path]) == ("stackexchange",)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "dump/Posts.xml")
    assert ruled_among([tmp_path / "a.zip"]) == ("stackexchange",)


def test_a_document_that_is_a_zip_of_xml_inside_asks_for_no_rules(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    Document().save(str(path))
    assert ruled_among([path]) == ()


@pytest.mark.parametrize(("rules", "rows"), [(VotedOptions(shortest=1), 1), (VotedOptions(shortest=1, score=2), 2)])
def test_the_rules_say_which_answers_come_in(project: Project, tmp_path: Path, rules: VotedOptions, rows: int) -> None:
    report = finish(import_sources(project, Inside(), [dump(tmp_path, POSTS)], rules={"stackexchange": rules}))
    assert report.passages == rows
    assert last_rules(project, "stackexchange") == rules


def test_a_dump_of_which_nothing_gets_through_blames_the_rules(project: Project, tmp_path: Path) -> None:
    report = finish(import_sources(project, Inside(), [dump(tmp_path, POSTS)]))
    [(_name, why)] = report.failed
    assert "The rules let nothing of “Posts.xml” through" in why.what
    assert "Loosen them" in why.remedy


def test_without_rules_the_published_ones_hold_and_say_what_they_left_out(project: Project, tmp_path: Path) -> None:
    assert last_rules(project, "stackexchange") == VotedOptions()
    long = "<p>" + "It eats sugar and gives off gas. " * 50 + "</p>"
    posts = [*POSTS, question(7, "How?"), answer(8, 7, 30, long)]
    report = finish(import_sources(project, Inside(), [dump(tmp_path, posts)]))
    assert len(project.passages.ids(forms=("record",))) == 1
    [left] = report.sources[0].unread
    assert str(left.why) == "2 of 3 answers were left out (too few votes: 1; too short: 1)"
