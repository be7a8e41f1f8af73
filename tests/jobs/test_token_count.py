"""Passages are as long as a model's own tokenizer has them, where there is one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.documents import Block, DocumentPage, placed
from desktop.core.errors import UserError
from desktop.core.steps import Count, Counted
from desktop.jobs.cutting import Cutting, cut, estimated
from desktop.jobs.importing_sources import counted_by, cut_again, import_sources
from desktop.jobs.token_count import Tokens
from desktop.store.project import Project
from tests.confined.inside import Inside
from tests.fakes import FAKE_MODEL, FakeEngine, Line, Refuses
from tests.jobs.scripted import finish


def twos(text: str) -> int:
    """The tokens of a tokenizer that takes two letters, or anything else, at once."""
    return len(re.findall(r" ?[a-z]{1,2}|\s|.", text))


def in_twos(question: Count, _random_seed: int) -> Line:
    """It answers."""
    return Counted(tuple(map(twos, question.texts)), ())


def learned(*texts: str) -> Tokens:
    tokens = Tokens(FakeEngine(in_twos))
    finish(tokens.learn(texts))
    return tokens


def test_a_text_has_the_tokens_of_its_words() -> None:
    text = "the harbour fees are due in may,\n\nsays the 7th chapter"
    tokens = learned(text)
    assert tokens(text) == pytest.approx(twos(text), abs=2)
    assert tokens("harbour fees") == twos(" harbour fees"), "as behind a space"


def test_every_word_is_asked_for_once() -> None:
    engine = FakeEngine(in_twos)
    tokens = Tokens(engine)
    finish(tokens.learn(["the sea the sea", "the sea"]))
    finish(tokens.learn(["the sea"]))
    asked = [text for question in engine.questions if isinstance(question, Count) for text in question.texts]
    assert asked == ["\n", "\nthe", "\n sea", "\n the", "\n\n"]
    assert tokens("unheard of") == estimated("unheard") + estimated(" of")


def test_a_model_that_refuses_to_count_says_so() -> None:
    with pytest.raises(UserError):
        finish(Tokens(FakeEngine(lambda ask, seed: Refuses())).learn(["the sea"]))


def test_passages_are_cut_by_them() -> None:
    blocks = tuple(Block(f"paragraph {number} speaks of harbours and of ships.") for number in range(40))
    pages = list(placed([DocumentPage(1, blocks)]))
    tokens = learned(*(block.text for block in blocks))
    by_model, guessed = (list(cut(pages, Cutting(tokens=60), count)) for count in (tokens, estimated))
    assert all(tokens(each.text) <= 60 for each in by_model)
    assert len(by_model) > len(guessed)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "test.seedbed", title="Test", language="en") as project:
        yield project


def test_the_project_knows_in_whose_tokens_its_passages_were_counted(project: Project, tmp_path: Path) -> None:
    assert counted_by(project) == ""
    file = tmp_path / "a.txt"
    words = "the fee for a berth of a ship is due in may and then again"
    file.write_text("\n\n".join(f"{words} {number}." for number in range(300)), encoding="utf-8")
    tokens = Tokens(FakeEngine(in_twos))
    report = finish(import_sources(project, Inside(), [file], tokens=tokens))
    assert report.counted_by == counted_by(project) == FAKE_MODEL.name
    cut_by_model = project.passages.count(excluded=False)
    finish(cut_again(project, [project.sources.all()[0].id], Cutting()))
    assert counted_by(project) == ""
    assert project.passages.count(excluded=False) < cut_by_model
    project.user.undo().result()
    assert counted_by(project) == FAKE_MODEL.name
