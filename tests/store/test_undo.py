"""Every change of the user is taken back and made again, to the very content."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest

from desktop.core.records import ChainLink, Decision, Instruction
from desktop.store.edit import Edit
from desktop.store.project import Project
from desktop.store.show import Show
from desktop.store.undo import Changes
from tests.store.rows import FAIL, PASS, add_rows, row

DECISIONS: tuple[Decision | None, ...] = ("accepted", "rejected", "flagged", None)
TABLES = (
    "seeds",
    "runs",
    "items",
    "attempts",
    "discards",
    "candidates",
    "contents",
    "verdicts",
    "likenesses",
    "reviews",
    "overrules",
    "chain",
    "settings",
    "prompts",
    "lists",
)
WORDS = ["seed", "bed", "row", "智能", "文字", "poem", "tree", "\x00", "'", '"', "%", "�", "🌱"]


def content_of(project: Project) -> list[object]:
    """Everything the user can change, and what the search finds."""
    database = project._connections.here()
    tables: list[object] = [sorted(database.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES]
    found = [list(project.candidates.ids(Show(query=word))) for word in ("row", "智能", "poem", "seed")]
    seeds = [list(project.seeds.ids(word)) for word in ("row", "智能", "poem", "seed")]
    return [*tables, found, seeds, project.title, project.language]


def perform(project: Project, change: Callable[[Edit], object], title: str = "Change") -> Changes:
    return project.user.perform(title, change).result().changes


@pytest.mark.slow
def test_a_thousand_random_edits_are_undone_and_redone_to_the_very_content(project: Project) -> None:
    dice = random.Random(11)
    for _run in range(3):
        add_rows(project, [row(f"row {n} poem") for n in range(20)], {n: {"length": FAIL} for n in range(0, 20, 3)})
        project.runs.set_state(project.runs.all()[-1].id, "finished")
    first = content_of(project)
    for _step in range(1000):
        perform(project, _random_change(dice, project))
    last = content_of(project)
    assert first != last
    steps = _walk(project.user.undo)
    assert content_of(project) == first
    assert _walk(project.user.redo) == steps
    assert content_of(project) == last
    _there_and_back(project, dice, steps)


def test_a_long_step_tells_which_part_of_it_is_undone(project: Project) -> None:
    rows = [(row(f"row {n} " + "poem " * 100), "", None, "") for n in range(7000)]
    perform(project, lambda edit: edit.add_seeds(rows), "Add seeds")
    undoing, told = project.user.undo(), set()
    while not undoing.done():
        told.add(project.user.under_way)
        time.sleep(0.001)
    parts = [each.part for each in told if each is not None]
    assert len(parts) > 3
    assert all((each.title, each.back) == ("Add seeds", True) for each in told if each is not None)
    assert 0 <= min(parts) < max(parts) <= 1
    assert project.user.under_way is None


def _there_and_back(project: Project, dice: random.Random, steps: int) -> None:
    """Wander up and down, and meet the same content at the same place."""
    seen = {steps: content_of(project)}
    place = steps
    for _step in range(100):
        up = dice.random() < 0.4
        changes = (project.user.redo() if up else project.user.undo()).result()
        place += 0 if changes is None else 1 if up else -1
        assert seen.setdefault(place, content_of(project)) == content_of(project)


def _walk(step: Callable[[], "Future[Changes | None]"]) -> int:
    count = 0
    while step().result() is not None:
        count += 1
    return count


def _random_change(dice: random.Random, project: Project) -> Callable[[Edit], object]:
    text = " ".join(dice.choices(WORDS, k=4))
    ids = dice.sample(range(1, 61), dice.randint(1, 5))
    seeds = [seed.id for seed in project.seeds.all()]
    some_seeds = dice.sample(seeds, min(len(seeds), 2))
    filter = dice.choice(["length", "novelty"])
    runs = [run.id for run in project.runs.all()]
    present = list(project.candidates.ids())
    decision = dice.choice(DECISIONS)
    number = dice.random()

    def update_seeds(edit: Edit) -> None:
        for seed in project.seeds.get(some_seeds):
            edit.update_seed(replace(seed, row=Instruction(text), name=text))

    def edit_rows(edit: Edit) -> None:
        for id in set(ids) & set(present):
            edit.edit_row(id, None if number < 0.3 else row(text), "length" if number > 0.8 else "", 2.5)

    def rename(edit: Edit) -> None:
        edit.set_title(text)
        edit.set_language("zh" if number < 0.5 else "en")

    new_seeds = [(Instruction(text, output=text), text, True, "f"), (Instruction("x"), "", None, "")]
    changes: list[Callable[[Edit], object]] = [
        lambda edit: edit.add_seeds(new_seeds),
        lambda edit: edit.remove_seeds(some_seeds),
        update_seeds,
        lambda edit: edit.decide(ids, decision, number),
        edit_rows,
        lambda edit: edit.overrule(ids, filter, text),
        lambda edit: edit.restore_verdict(ids, filter),
        lambda edit: edit.set_chain([ChainLink(filter, number < 0.5, {"at": number})]),
        lambda edit: edit.set_setting(text, [text, 0.1 + 0.2, None, {"deep": True}]),
        lambda edit: edit.set_prompt("m", "s", "en", text if number < 0.7 else None),
        lambda edit: edit.set_list("topics", text.split(" ")[: int(number * 4)]),
        rename,
    ]
    if runs and dice.random() < 0.004:
        run = dice.choice(runs)
        return lambda edit: edit.remove_run(run)
    return dice.choice(changes)


def test_a_step_has_a_title_and_names_what_it_touched(project: Project) -> None:
    ids = add_rows(project, [row("One"), row("Two"), row("Three")])
    assert project.user.undo_title is project.user.redo_title is None
    changes = perform(project, lambda edit: edit.decide(ids[:2], "accepted", 1.0), "Accept 2 rows")
    expected = Changes("Accept 2 rows", frozenset({"reviews"}), {"reviews": tuple(ids[:2])})
    assert changes == expected
    assert project.user.undo_title == "Accept 2 rows"
    assert project.user.undo().result() == expected
    assert project.user.redo_title == "Accept 2 rows"
    assert project.user.redo().result() == expected
    assert project.user.redo().result() is None


@pytest.mark.parametrize(
    ("change", "stage"),
    [
        (lambda edit: edit.add_seeds([(Instruction("x"), "", None, "")]), "seeds"),
        (lambda edit: edit.set_chain([ChainLink("length", True, {})]), "chain"),
        (lambda edit: edit.set_setting("a", 1), "settings"),
        (lambda edit: edit.set_title("New"), "settings"),
        (lambda edit: edit.set_prompt("m", "s", "en", "text"), "prompts"),
        (lambda edit: edit.set_list("topics", ["a"]), "lists"),
        (lambda edit: edit.overrule([1], "length"), "reviews"),
        (lambda edit: edit.edit_row(1, row("New")), "reviews"),
    ],
)
def test_each_kind_of_change_names_its_stage(project: Project, change: Callable[[Edit], object], stage: str) -> None:
    add_rows(project, [row("One")])
    assert perform(project, change).stages == {stage}


def test_a_new_change_ends_redo(project: Project) -> None:
    perform(project, lambda edit: edit.set_title("One"))
    project.user.undo().result()
    perform(project, lambda edit: edit.set_title("Two"))
    assert project.user.redo_title is None
    assert project.user.redo().result() is None
    assert project.title == "Two"


def test_a_change_that_changes_nothing_is_no_step(project: Project) -> None:
    ids = add_rows(project, [row("One")])
    perform(project, lambda edit: edit.decide(ids, "accepted", 1.0), "Accept")
    perform(project, lambda edit: edit.decide(ids, "accepted", 2.0), "Accept again")
    perform(project, lambda edit: edit.set_title("Test"), "Same title")
    assert project.user.undo_title == "Accept"


def test_a_change_that_fails_leaves_nothing_behind(project: Project) -> None:
    def change(edit: Edit) -> None:
        edit.set_title("Half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        perform(project, change)
    assert project.title == "Test"
    assert project.user.undo_title is None
    perform(project, lambda edit: edit.set_title("Whole"))
    assert project.title == "Whole"


def test_what_jobs_write_is_no_step_and_stays_through_undo(project: Project) -> None:
    (first,) = add_rows(project, [row("One")])
    perform(project, lambda edit: edit.decide([first], "accepted", 1.0))
    (second,) = add_rows(project, [row("Two")])
    project.verdicts.put([(first, {"length": PASS})])
    project.user.undo().result()
    assert list(project.candidates.ids()) == [first, second]
    assert set(project.candidates.get([first])[0].verdicts) == {"length"}
    assert project.user.undo().result() is None


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_one_step(project: Project) -> None:
    ids = range(1, 100_001)
    with project._connections.writing() as database:
        database.many(
            "INSERT INTO candidates(id, family, kind, answered, pooled) VALUES (?, 1, 'text', 1, 0)",
            ((id,) for id in ids),
        )
    changes = perform(project, lambda edit: edit.decide(ids, "rejected", 1.0))
    assert changes.ids == {"reviews": ()}  # too many to name
    assert project.counts().rejected == 100_000
    project.user.undo().result()
    assert project.counts().rejected == 0
    project.user.redo().result()
    assert project.counts().rejected == 100_000


def test_a_run_is_removed_with_all_that_came_of_it_and_comes_back_whole(project: Project) -> None:
    ids = add_rows(project, [row("One poem"), row("Two")], {0: {"length": FAIL}})
    kept = add_rows(project, [row("Other run")])
    perform(project, lambda edit: edit.edit_row(ids[1], row("Edited")))
    perform(project, lambda edit: edit.overrule(ids, "length", "because"))
    project.runs.set_state(1, "stopped")
    before = content_of(project)
    changes = perform(project, lambda edit: edit.remove_run(1))
    assert changes.stages == {"runs", "candidates", "reviews"}
    assert list(project.candidates.ids()) == kept
    assert [run.id for run in project.runs.all()] == [2]
    project.user.undo().result()
    assert content_of(project) == before


def test_a_judgement_that_comes_too_late_is_passed_over(project: Project) -> None:
    edited, undone, decided, removed = add_rows(project, [row(f"Row {n}") for n in range(4)])
    perform(project, lambda edit: edit.edit_row(undone, row("For a while")))
    moment = project.candidates.moment()
    project.user.undo().result()
    perform(project, lambda edit: edit.edit_row(edited, row("Other")))
    perform(project, lambda edit: edit.decide([decided], "accepted", 1.0))
    late = [(id, {"length": FAIL}) for id in (edited, undone, decided, removed + 7)]
    project.verdicts.put(late, as_of=moment)
    assert {id for id, found in project.verdicts.of([edited, undone, decided]).items() if found} == {decided}
    project.verdicts.put(late[:1], as_of=project.candidates.moment())
    assert project.verdicts.of([edited]) == {edited: {"length": FAIL}}


def test_a_removed_seeds_number_is_never_given_again(project: Project) -> None:
    def add(edit: Edit) -> list[int]:
        return edit.add_seeds([(Instruction("a"), "", None, "")])

    (first,) = project.user.perform("Add", add).result().result
    perform(project, lambda edit: edit.remove_seeds([first]))
    (second,) = project.user.perform("Add", add).result().result
    assert second > first


def test_what_the_program_sets_up_is_no_step_of_undo(project: Project) -> None:
    (id,) = add_rows(project, [row("Row")])
    perform(project, lambda edit: edit.decide([id], "accepted", 1.0))
    project.user.undo().result()
    title = project.user.redo_title
    project.user.set_up(lambda edit: edit.set_chain([ChainLink("length", True, {})])).result()
    assert (project.user.undo_title, project.user.redo_title) == (None, title)
    project.user.redo().result()
    project.user.undo().result()
    assert [link.filter for link in project.chain.links()] == ["length"]
