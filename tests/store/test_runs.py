"""Runs keep their items and replies, and an item's yield lands whole or not at all."""

import sqlite3
from dataclasses import replace

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Attempt, Candidate, Item, Reason, Ref
from desktop.core.steps import Discard
from desktop.store.candidates import Judgement
from desktop.store.project import Project
from tests.store.rows import MODEL, PASS, add_rows, row, start_run


def _attempt(item: int, sample: int = 0) -> Attempt:
    return Attempt(item, "instructions", sample, "a" * 64, "Come up with 提示", "1. Reply", "stop", 9, 10, 20, 1.5)


def test_a_run_is_stored_with_everything_it_was_started_with(project: Project) -> None:
    run = start_run(project)
    assert run == project.runs.get(run.id)
    assert project.runs.all() == (run,)
    assert (run.model, run.fingerprint, run.state, run.created, run.ended) == (
        MODEL.name,
        MODEL.fingerprint,
        "running",
        1000.0,
        None,
    )


def test_a_run_ends_with_a_note_and_a_time(project: Project) -> None:
    run = start_run(project)
    project.runs.set_state(run.id, "paused")
    assert project.runs.get(run.id).ended is None
    project.runs.retarget(run.id, 50)
    project.runs.set_state(run.id, "finished", "The target is met.")
    ended = project.runs.get(run.id)
    assert (ended.state, ended.note, ended.ended, ended.target) == ("finished", "The target is met.", 1000.0, 50)


def test_a_run_that_is_not_there_is_named(project: Project) -> None:
    with pytest.raises(UserError, match="no run 7"):
        project.runs.get(7)


def test_the_newest_unfinished_run_of_the_same_options_is_resumed(project: Project) -> None:
    first, second = start_run(project), start_run(project)
    options = {"samples": 1}
    assert project.runs.newest_unfinished("self_instruct", options) == second
    project.runs.set_state(second.id, "stopped")
    assert project.runs.newest_unfinished("self_instruct", options) == first
    assert project.runs.newest_unfinished("self_instruct", {"samples": 2}) is None
    assert project.runs.newest_unfinished("other", options) is None
    project.runs.set_state(first.id, "finished")
    assert project.runs.newest_unfinished("self_instruct", options) is None


def test_items_wait_until_they_are_finished(project: Project) -> None:
    run = start_run(project).id
    assert project.runs.next_ordinal(run) == 0
    given = Item(0, 11, (Ref("seed", 3), Ref("candidate", 4)), {"round": 2, "word": "词"})
    first = project.runs.add_item(run, given)
    second = project.runs.add_item(run, Item(1, 12))
    assert first == replace(given, id=first.id)
    assert project.runs.unfinished_items(run) == (first, second)
    assert project.runs.next_ordinal(run) == 2
    project.runs.finish_item(run, replace(second, state="failed", note="It crashed."), [], [])
    assert project.runs.unfinished_items(run) == (first,)
    assert project.runs.items(run)[1].note == "It crashed."


def test_replies_are_kept_in_the_order_they_came(project: Project) -> None:
    run = start_run(project).id
    item = project.runs.add_item(run, Item(0, 1)).id
    project.runs.add_attempts([_attempt(item), _attempt(item, 1)])
    project.runs.add_attempts([_attempt(item, 2)])
    stored = project.runs.attempts_of(item)
    assert [replace(attempt, id=0) for attempt in stored] == [_attempt(item, sample) for sample in range(3)]
    assert len({attempt.id for attempt in stored}) == 3


def test_an_items_yield_lands_whole(project: Project) -> None:
    run = start_run(project).id
    item = project.runs.add_item(run, Item(0, 1))
    project.runs.add_attempts([_attempt(item.id)])
    id = project.candidates.next_id()
    reason = Reason("The list ends early.")
    project.runs.finish_item(
        run,
        replace(item, state="done"),
        [Judgement(Candidate(id, id, row("New"), parents=(Ref("seed", 1),)), {"length": PASS})],
        [Discard("instructions", "9.", reason), Discard("instructions", "", reason)],
    )
    (view,) = project.candidates.get([id])
    assert (view.candidate.run, view.candidate.item, view.candidate.parents) == (run, item.id, (Ref("seed", 1),))
    assert view.seconds == 1.5
    assert project.runs.discards(run) == {"The list ends early.": 2}
    (counts,) = project.runs.counts()
    assert (counts.id, counts.method, counts.attempts, counts.candidates) == (run, "self_instruct", 1, 1)
    assert project.counts().discards == {"The list ends early.": 2}


def test_nothing_of_an_item_lands_where_a_part_of_it_cannot(project: Project) -> None:
    (taken,) = add_rows(project, [row("There already")])
    run = start_run(project).id
    item = project.runs.add_item(run, Item(0, 1))
    fresh = project.candidates.next_id()
    rows = [Judgement(Candidate(id, id, row("New")), {}) for id in (fresh, taken)]
    with pytest.raises(sqlite3.IntegrityError):
        project.runs.finish_item(run, replace(item, state="done"), rows, [])
    assert project.candidates.get([fresh]) == ()
    assert project.runs.unfinished_items(run) == (item,)


def test_text_that_is_no_unicode_does_not_stop_a_run(project: Project) -> None:
    run = start_run(project).id
    item = project.runs.add_item(run, Item(0, 1)).id
    project.runs.add_attempts([replace(_attempt(item), reply="half \ud83d a pair and \x00")])
    assert project.runs.attempts_of(item)[0].reply == "half ? a pair and \x00"
