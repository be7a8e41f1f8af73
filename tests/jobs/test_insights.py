"""What Insights reads of rows and counts of them, in several languages, and that only new texts are read again."""

import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from desktop.core.errors import UserError
from desktop.core.progress import Event, Progress
from desktop.core.records import Candidate, ChainLink, Instruction, Likeness, Ref, Row, Verdict
from desktop.core.steps import Embed, Embedded
from desktop.jobs import insight_figures as figures
from desktop.jobs import looks
from desktop.jobs.coverage import draw_map, principal
from desktop.jobs.insights import Facts, is_current, read_facts
from desktop.store.project import Project
from tests.fakes import FakeEngine, Loses

R = TypeVar("R")
ROWS: tuple[Row, ...] = (
    Instruction("Write a story about the old harbour of Hamburg.", output="Once upon a time.", task_type="writing"),
    Instruction("Write a story about the new harbour of Lisbon.", output="It was late.", task_type="writing"),
    Instruction("请写一首关于长江三峡风景的诗，要求押韵。", output="山高水长。" * 4, task_type="summary"),
    Instruction("日本の首都について、わかりやすく説明してください。", output="東京です。"),
    Instruction("เขียนบทกวีสั้นเกี่ยวกับฝนที่ตกในเมืองใหญ่", output="ฝนตก"),
    Instruction("اكتب قصة قصيرة عن البحر والصيادين في الشتاء", input="في الميناء", output=None),
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.seedbed", title="P", language="en") as made:
        made.candidates.add(Candidate(0, 0, row, origin="rows.json") for row in ROWS)
        made.user.perform(
            "Set filters", lambda edit: edit.set_chain([ChainLink("length", True, {}), ChainLink("novelty", True, {})])
        ).result()
        yield made


def finish(job: Generator[Event, None, R]) -> tuple[R, list[Event]]:
    events = []
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return end.value, events


def facts_of(project: Project, known: Facts | None = None) -> Facts:
    return finish(read_facts(project, known))[0]


def everything(project: Project) -> figures.Ids:
    return figures.ids_of(project, "all")


def names(groups: tuple[figures.Group, ...]) -> dict[str, list[int]]:
    return {group.name: group.ids.tolist() for group in groups}


def test_languages_are_read_from_the_texts(project: Project) -> None:
    facts = facts_of(project)
    groups = names(figures.by_word(facts, facts.languages, everything(project)))
    assert groups == {"en": [1, 2], "zh": [3], "ja": [4], "th": [5], "ar": [6]}


def test_lengths_are_in_words_of_about_english_length(project: Project) -> None:
    facts = facts_of(project)
    outputs = dict(zip(facts.ids.tolist(), facts.lengths["output"].tolist(), strict=True))
    assert outputs[1] == 4
    assert outputs[3] == pytest.approx(16 * 40 / 60)  # sixteen Han characters
    assert outputs[5] < 2  # four Thai letters are one short word
    assert np.isnan(outputs[6])  # no answer is not an empty one
    assert np.isnan(facts.lengths["input"][:5]).all()
    found = figures.lengths(facts, "output", everything(project))
    assert found is not None
    assert sorted(id for group in found.groups for id in group.tolist()) == [1, 2, 3, 4, 5]
    assert len(found.edges) == len(found.groups) + 1
    assert figures.lengths(facts, "input", np.array([1, 2])) is None


def test_types_verbs_and_topics_are_counted_with_their_rows(project: Project) -> None:
    facts, all_rows = facts_of(project), everything(project)
    assert names(figures.by_word(facts, facts.task_types, all_rows)) == {
        "writing": [1, 2],
        "summary": [3],
        "": [4, 5, 6],
    }
    assert names(figures.asked(facts, all_rows, "en")) == {"write\tstory": [1, 2]}
    assert names(figures.asked(facts, all_rows, "zh")) == {"写\t诗": [3]}
    assert names(figures.topics(facts, all_rows, "en"))["harbour"] == [1, 2]
    assert "story" in names(figures.topics(facts, np.array([2]), "en"))
    assert names(figures.topics(facts, all_rows, "ja"))["首都"] == [4]
    assert figures.topics(facts, all_rows, "th") == ()
    assert names(figures.topics(facts, all_rows, "ar"))["البحر"] == [6]
    assert figures.languages_of(facts, all_rows)[0] == "en"


def test_only_texts_that_are_new_are_read_again(project: Project) -> None:
    before = facts_of(project)
    assert is_current(before, project.insights.editions())
    assert not is_current(None, project.insights.editions())
    project.user.perform("Edit", lambda edit: edit.edit_row(2, Instruction("Draw a map.", output="Here."))).result()
    project.candidates.add([Candidate(0, 0, Instruction("Tell a joke about two nurses.", output="Ha."))])
    assert not is_current(before, project.insights.editions())
    after, events = finish(read_facts(project, before))
    assert [each.total for each in events if isinstance(each, Progress)][-1] == 2
    again = facts_of(project)
    assert is_current(after, project.insights.editions())
    assert after.ids.tolist() == again.ids.tolist()
    for language in ("en", "zh"):
        all_rows = everything(project)
        assert names(figures.asked(after, all_rows, language)) == names(figures.asked(again, all_rows, language))
        assert names(figures.topics(after, all_rows, language)) == names(figures.topics(again, all_rows, language))
    np.testing.assert_array_equal(after.lengths["instruction"], again.lengths["instruction"])


def test_a_text_is_looked_at_once_in_the_life_of_a_project(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = facts_of(project)
    project.user.perform("Edit", lambda edit: edit.edit_row(2, Instruction("Draw a map.", output="Here."))).result()
    seen: list[int] = []
    look = looks.look

    def noted(candidate: Candidate, edition: int, language: str) -> looks.Look:
        seen.append(candidate.id)
        return look(candidate, edition, language)

    monkeypatch.setattr(looks, "look", noted)
    after = facts_of(project)
    assert seen == [2]
    assert facts_of(project).asked.names == after.asked.names
    assert seen == [2]
    project.user.undo().result()
    again = facts_of(project)
    assert seen == [2]
    np.testing.assert_array_equal(again.lengths["output"], before.lengths["output"])
    assert names(figures.topics(again, everything(project), "en")) == names(
        figures.topics(before, everything(project), "en")
    )
    project.user.perform("Language", lambda edit: edit.set_language("zh")).result()
    facts_of(project)
    assert seen == [2, *before.ids.tolist()]


def test_what_a_stranger_stored_in_place_of_looks_is_passed_over(project: Project) -> None:
    before = facts_of(project)
    with sqlite3.connect(project.path) as hand:
        (seen,) = hand.execute("SELECT seen FROM looks").fetchone()
        hand.execute("UPDATE looks SET seen = ?", [seen.replace('"rows":[[', '"rows":[[{},')])
    assert facts_of(project).languages.names == before.languages.names


@pytest.mark.slow
def test_many_rows_are_looked_at_on_every_core(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    here = facts_of(project)
    with sqlite3.connect(project.path) as hand:
        hand.execute("DELETE FROM looks")
    monkeypatch.setattr(looks, "WORTH_IT", 3)
    apart = facts_of(project)
    assert apart.asked.names == here.asked.names
    np.testing.assert_array_equal(apart.lengths["instruction"], here.lengths["instruction"])


def test_stages_scores_and_runs(project: Project) -> None:
    scores = [(1, 10.0, 0.1), (2, 20.0, 0.2), (3, 30.0, 0.3), (4, 40.0, 0.9)]
    project.verdicts.put(
        (id, {"length": Verdict(True, words), "novelty": Verdict(alike < 0.7, alike)}) for id, words, alike in scores
    )
    project.user.perform("Keep", lambda edit: edit.decide([1, 4], "accepted", 1.0)).result()
    facts = facts_of(project)
    assert figures.ids_of(project, "passing").tolist() == [1, 2, 3, 5]
    assert figures.ids_of(project, "dataset").tolist() == [1, 4]
    found = figures.scatter(project, "length", "novelty", everything(project))
    assert (found.ids.tolist(), found.x.tolist()) == ([1, 2, 3, 4], [10.0, 20.0, 30.0, 40.0])
    assert found.correlation == pytest.approx(1.0)
    assert np.isnan(figures.scatter(project, "length", "novelty", np.array([1])).correlation)
    accepted = np.array(project.insights.accepted())
    (imported,) = figures.funnels(facts, figures.ids_of(project, "passing"), accepted)
    assert (imported.run, len(imported.rows), len(imported.passing), len(imported.accepted)) == (0, 6, 4, 2)
    stretches = figures.over_time(facts, figures.ids_of(project, "passing"))
    assert [each.share for each in stretches] == [100, 100, 100, 0, 100, 0]


def test_clusters_are_counted_by_their_size_and_stay_together(project: Project) -> None:
    def verdict(*twins: int) -> Verdict:
        return Verdict(False, 0.9, likenesses=tuple(Likeness(Ref("candidate", twin), 0.9) for twin in twins))

    project.verdicts.put([(4, {"novelty": verdict(1)}), (5, {"novelty": verdict(4)}), (3, {"novelty": verdict(2)})])
    assert project.insights.compared() == ("novelty",)
    assert names(figures.cluster_sizes(project, "novelty", 0.7, everything(project))) == {"2": [2, 3], "3": [1, 4, 5]}
    assert figures.cluster_sizes(project, "novelty", 0.95, everything(project)) == ()


def test_a_map_puts_rows_that_are_alike_together(project: Project) -> None:
    def answer(ask: object, _seed: int) -> Embedded | Loses:
        assert isinstance(ask, Embed)
        if "harbour" in ask.text:
            return Embedded((1.0, 0.1 if "old" in ask.text else 0.0, 0.0), pooled=True)
        return Embedded((0.0, float(len(ask.text) % 7), 1.0), pooled=True)

    ids = everything(project).tolist()
    drawn, events = finish(draw_map(project, FakeEngine(answer), ids))
    assert drawn.ids.tolist() == ids
    assert drawn.pooled
    assert 0 < drawn.shown <= 1
    near, alike = drawn.nearest(1, most=2)
    assert near.tolist()[:2] == [1, 2]
    assert alike[0] == 1.0
    assert any(isinstance(each, Progress) for each in events)
    few, _events = finish(draw_map(project, FakeEngine(answer), ids, most=3))
    assert few.ids.tolist() == [1, 3, 6]


def test_a_map_of_too_few_rows_says_so_and_one_that_is_closed_lets_go(project: Project) -> None:
    engine = FakeEngine(lambda _ask, _seed: Embedded((1.0, 0.0)))
    with pytest.raises(UserError, match="at least 3 rows"):
        finish(draw_map(project, engine, [1, 2]))
    slow = FakeEngine(lambda _ask, _seed: Embedded((1.0, 0.0)), seconds=0.2)
    job = draw_map(project, slow, [1, 2, 3, 4, 5, 6])
    next(job)
    job.close()
    assert len(slow.questions) - len(slow.cancelled) <= 1 + slow.slots


def test_the_main_directions_hold_what_differs_most() -> None:
    random = np.random.default_rng(7)
    flat, shown = principal(random.normal(size=(200, 5)) * np.array([10, 5, 0.1, 0.1, 0.1]))
    assert shown > 0.99
    assert flat[:, 0].std() > flat[:, 1].std() > 1
    assert principal(np.ones((4, 3)))[1] == 1.0
