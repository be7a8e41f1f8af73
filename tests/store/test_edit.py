"""What the user sets is what is read, seeds, chain, prompts and all."""

import sqlite3
from dataclasses import replace

import pytest

from desktop.core.errors import UserError
from desktop.core.records import ChainLink, Instruction, Seed, Text
from desktop.store.edit import Edit
from desktop.store.project import Project
from tests.store.rows import add_rows, row, start_run

SEEDS = [
    (Instruction("Zebra", "in", "out", "sys", (("a", "b"),), task_type="qa", extra={"k": [1]}), "z-1", True, "f.json"),
    (Instruction("apple", output=None), "", None, ""),
    (Instruction("Mango", output="", language="en"), "m", False, "f.json"),
]


def _add(project: Project) -> list[int]:
    return project.user.perform("Add", lambda edit: edit.add_seeds(SEEDS)).result().result


def test_seeds_come_back_as_they_were_given(project: Project) -> None:
    ids = _add(project)
    expected = tuple(Seed(id, *seed) for id, seed in zip(ids, SEEDS, strict=True))
    assert project.seeds.all() == expected
    assert project.seeds.page(ids[0], 1) == expected[1:2]
    assert project.seeds.get([ids[2], 99, ids[0]]) == (expected[2], expected[0])
    assert project.seeds.count() == project.counts().seeds == 3


@pytest.mark.parametrize(
    ("order", "places"),
    [
        ("id", [0, 1, 2]),
        ("instruction", [1, 2, 0]),
        ("name", [1, 2, 0]),
        ("task_type", [1, 2, 0]),
        ("language", [0, 1, 2]),
        ("is_classification", [1, 2, 0]),
        ("origin", [1, 0, 2]),
    ],
)
def test_seeds_are_sorted_by_any_column_both_ways(project: Project, order: str, places: list[int]) -> None:
    ids = _add(project)
    assert list(project.seeds.ids(order=order)) == [ids[place] for place in places]
    assert list(project.seeds.ids(order=order, descending=True)) == [ids[place] for place in reversed(places)]


def test_a_seed_is_replaced_and_removed(project: Project) -> None:
    one, two, three = _add(project)
    changed = replace(project.seeds.get([one])[0], row=Instruction("New"), name="n")
    project.user.perform("Update", lambda edit: edit.update_seed(changed)).result()
    assert project.seeds.get([one]) == (changed,)
    project.user.perform("Remove", lambda edit: edit.remove_seeds([one, 99])).result()
    assert [seed.id for seed in project.seeds.all()] == [two, three]


def test_settings_prompts_lists_chain_and_names(project: Project) -> None:
    links = [ChainLink("novelty", True, {"at": 0.7}), ChainLink("length", False, {})]

    def change(edit: Edit) -> None:
        edit.set_setting("model", {"path": "/a", "slots": None})
        edit.set_prompt("m", "s", "zh", "模板 {{x}}")
        edit.set_list("topics", ["b", "a", "b"])
        edit.set_chain(links)
        edit.set_title("标题")
        edit.set_language("zh")

    project.user.perform("Set", change).result()
    assert project.settings.get("model") == {"path": "/a", "slots": None}
    assert project.settings.get("other", 5) == 5
    assert project.prompts.get("m", "s", "zh") == "模板 {{x}}"
    assert project.prompts.get("m", "s", "en") is None
    assert (project.lists.get("topics"), project.lists.get("other")) == (("b", "a", "b"), ())
    assert project.lists.names() == ("topics",)
    assert project.chain.links() == tuple(links)
    assert (project.title, project.language) == ("标题", "zh")

    def forget(edit: Edit) -> None:
        edit.set_setting("model", None)
        edit.set_prompt("m", "s", "zh", None)
        edit.set_list("topics", [])
        edit.set_chain([])

    project.user.perform("Forget", forget).result()
    assert project.settings.get("model") is None
    assert project.prompts.get("m", "s", "zh") is None
    assert project.lists.names() == ()
    assert project.chain.links() == ()


def test_a_filter_stands_in_the_chain_once(project: Project) -> None:
    twice = [ChainLink("length", True, {})] * 2
    with pytest.raises(sqlite3.IntegrityError):
        project.user.perform("Set", lambda edit: edit.set_chain(twice)).result()


def test_taking_a_decision_back_keeps_the_edit(project: Project) -> None:
    (id,) = add_rows(project, [row("One")])
    project.user.perform("Edit", lambda edit: edit.edit_row(id, row("New"), by="fixer", at=1.0)).result()
    project.user.perform("Decide", lambda edit: edit.decide([id], "accepted", 2.0)).result()
    project.user.perform("Decide", lambda edit: edit.decide([id], None, 3.0)).result()
    review = project.candidates.get([id])[0].review
    assert review is not None
    assert (review.decision, review.row, review.by, review.at) == (None, row("New"), "fixer", 3.0)


def test_a_row_that_is_gone_cannot_be_edited_and_a_kind_cannot_change(project: Project) -> None:
    (id,) = add_rows(project, [row("One")])
    with pytest.raises(UserError, match="no longer in the project"):
        project.user.perform("Edit", lambda edit: edit.edit_row(id + 1, row("New"))).result()
    with pytest.raises(TypeError):
        project.user.perform("Edit", lambda edit: edit.edit_row(id, Text("New"))).result()


def test_a_run_that_goes_on_is_not_removed(project: Project) -> None:
    run = start_run(project).id
    with pytest.raises(UserError, match="still going on"):
        project.user.perform("Remove", lambda edit: edit.remove_run(run)).result()
