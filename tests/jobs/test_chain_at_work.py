"""The chain at work: cheap before dear, going on where it stopped, deciding again, fixing, and on every core."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop.core.catalogue import filters
from desktop.core.presets import PRESETS
from desktop.core.progress import Progress
from desktop.core.records import AskedModel, Candidate, ChainLink, Instruction, Reason, Verdict
from desktop.jobs import filtering
from desktop.jobs.deciding import decide_again
from desktop.jobs.filtering import run_filters
from desktop.jobs.fixing import fix_rows
from desktop.store.project import Project
from tests.jobs.scripted import finish, new_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def bring(project: Project, *rows: tuple[str, str]) -> None:
    project.candidates.add([Candidate(0, 0, Instruction(instruction=one, output=other)) for one, other in rows])


def choose(project: Project, *links: ChainLink) -> None:
    project.user.perform("Choose", lambda edit: edit.set_chain(links)).result()


def said(project: Project) -> dict[int, dict[str, bool]]:
    views = project.candidates.get(project.candidates.ids())
    return {view.candidate.id: {id: each.passed for id, each in view.verdicts.items()} for view in views}


def test_a_dearer_filter_sees_only_what_still_passes_unless_every_row_is_asked_for(project: Project) -> None:
    bring(project, ("Go", "I'm sorry, but I cannot help with that."))
    choose(project, ChainLink("refusal", True, {}), ChainLink("length", True, {}))
    finish(run_filters(project))
    assert said(project) == {1: {"length": False}}
    finish(run_filters(project, every_row=True))
    assert said(project) == {1: {"length": False, "refusal": False}}


def test_a_judging_that_was_stopped_goes_on_where_it_stopped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "_BATCH", 50)
    monkeypatch.setattr(filtering, "_BREATH", 0.0)
    monkeypatch.setattr(filtering, "_TELL", 0.0)
    rows = [(f"Say how number {number % 90} is written in Latin", "So.") for number in range(200)]
    bring(project, *rows)
    links = (ChainLink("length", True, {}), ChainLink("exact_duplicate", True, {}))
    choose(project, *links)
    whole = finish(run_filters(project))
    project.verdicts.clear(["length", "exact_duplicate"])
    job = run_filters(project)
    for event in job:
        if isinstance(event, Progress) and event.done > 120:
            break
    job.close()
    before = project.verdicts.counts()["length"]
    assert 100 <= before < 200
    resumed = run_filters(project)
    first = next(event for event in resumed if isinstance(event, Progress) and event.done > 1)
    assert first.done >= before
    assert finish(resumed) == whole
    assert project.verdicts.mark() == {}
    choose(project, ChainLink("length", True, {"instruction_minimum": 2}))
    assert finish(run_filters(project)).judged == 200


def test_another_threshold_is_decided_from_stored_values(project: Project) -> None:
    bring(project, ("Say how bread is made now.", "word " * 30), ("Say how bread is made now.", "word " * 90))
    choose(project, ChainLink("ratio", True, {"maximum": 200.0}))
    finish(run_filters(project))
    assert said(project) == {1: {"ratio": True}, 2: {"ratio": True}}
    choose(project, ChainLink("ratio", True, {"maximum": 10.0}))
    finish(decide_again(project, "ratio"))
    assert said(project) == {1: {"ratio": True}, 2: {"ratio": False}}
    [view] = project.candidates.get([2])
    assert not view.verdicts["ratio"].passed and view.verdicts["ratio"].evidence.spans
    choose(project, ChainLink("ratio", True, {"maximum": 100.0}))
    finish(decide_again(project, "ratio"))
    assert project.counts().passing == 2


def test_fixes_are_shown_then_applied_in_one_step_that_can_be_undone(project: Project) -> None:
    bring(project, ("Name two dogs.", "<b>Rex</b> and Bello"), ("Name two cats.", "Tom and Kit"))
    choose(project, ChainLink("debris", True, {}))
    finish(run_filters(project))
    assert project.counts().passing == 1
    shown = finish(fix_rows(project, "debris", apply=False, at=0.0))
    assert shown.ids == (1,) and shown.applied == 0
    assert shown.first[0].fields == {"output": ("<b>Rex</b> and Bello", "**Rex** and Bello")}
    applied = finish(fix_rows(project, "debris", apply=True, at=5.0))
    assert applied.applied == 1
    [view] = project.candidates.get([1])
    assert view.review is not None and view.review.by == "debris" and view.passing
    assert view.candidate.row == Instruction("Name two dogs.", output="<b>Rex</b> and Bello")
    project.user.undo().result()
    [view] = project.candidates.get([1])
    assert view.review is None and not view.passing


def test_what_a_filter_proposed_when_it_asked_is_applied_without_asking_again(project: Project) -> None:
    bring(project, ("Name two dogs.", "Rex. Bello."), ("Name two cats.", "Tom. Kit."))
    choose(project, ChainLink("token_length", True, {"maximum": 4}))
    for id, value in ((1, 5.0), (2, 9.0)):
        shorter = Instruction("Name two.", output="Rex.")
        by = AskedModel("m", "f", "a")
        project.verdicts.put([(id, {"token_length": Verdict(False, value, Reason("Long."), fix=shorter, by=by)})])
    assert finish(fix_rows(project, "token_length", apply=False, at=0.0)).ids == (1, 2)
    choose(project, ChainLink("token_length", True, {"maximum": 6}))
    finish(decide_again(project, "token_length"))
    assert finish(fix_rows(project, "token_length", apply=True, at=5.0)).ids == (2,), "the other one passes now"
    [first, second] = project.candidates.get([1, 2])
    assert first.review is None and second.row == Instruction("Name two.", output="Rex.")
    assert project.verdicts.fixes("token_length") == 0


COMPARING = ("exact_duplicate", "conflicting_answers", "novelty", "near_duplicate", "style")


def alike_rows() -> list[tuple[str, str]]:
    """Rows that repeat, that are nearly alike, that conflict, and that speak in another voice."""
    draw = Random(4)
    words = [f"{one}{other}" for one in ("mill", "cat", "boot", "king", "corn") for other in ("er", "s", "ing", "ly")]
    rows = [(f"Say how number {number % 90} is written, please?", "So. " * (number % 7)) for number in range(200)]
    for number in range(300):
        asked = " ".join(draw.choices(words, k=5))
        told = " ".join(words[number % 7 :])
        rows.append((f"Tell {asked}?", f"Sure! **{told}** 😀\n- I hope this helps!" if number % 50 == 49 else told))
        rows.append((f"Say {asked} now.", "Yes."))
        rows += draw.sample(rows, 1) if number % 9 == 0 else []
    draw.shuffle(rows)
    return rows


def verdicts_of(project: Project) -> dict[int, dict[str, Verdict]]:
    views = project.candidates.get(project.candidates.ids())
    return {view.candidate.id: dict(view.verdicts) for view in views}


@pytest.mark.slow
def test_rows_judged_on_every_core_are_judged_as_here(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(project, *alike_rows())
    choose(project, *(ChainLink(id, True, {}) for id in ("length", "repetition", "empty", *COMPARING)))
    here = finish(run_filters(project))
    assert here.dropped.keys() >= {"empty", *COMPARING}
    verdicts = verdicts_of(project)
    monkeypatch.setattr(filtering, "WORTH_IT", 100)
    monkeypatch.setattr(filtering, "_TOGETHER", 150)
    assert finish(run_filters(project)) == here
    assert verdicts_of(project) == verdicts


@pytest.mark.slow
def test_a_judging_on_every_core_goes_on_where_it_stopped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(project, *alike_rows())
    choose(project, *(ChainLink(id, True, {}) for id in ("length", *COMPARING)))
    whole = finish(run_filters(project))
    verdicts = verdicts_of(project)
    project.verdicts.clear(list(project.verdicts.counts()))
    monkeypatch.setattr(filtering, "WORTH_IT", 50)
    monkeypatch.setattr(filtering, "_TOGETHER", 150)
    monkeypatch.setattr(filtering, "_BATCH", 100)
    job = run_filters(project)
    while not project.verdicts.mark():
        next(job)
    job.close()
    assert 100 <= project.verdicts.counts()["length"] < whole.judged
    assert finish(run_filters(project)) == whole
    assert verdicts_of(project) == verdicts


def test_every_preset_is_made_of_filters_and_options_that_exist(project: Project) -> None:
    from desktop.jobs.judging import Chain, context_of

    for preset in PRESETS.values():
        assert {link.filter for link in preset.links} <= set(filters())
        assert Chain(preset.links, context_of(project, ())).filters
