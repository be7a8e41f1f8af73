"""A run stores what comes, stops when it should, says why, and goes on where it was interrupted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.content import lead_of
from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.core.progress import Event, Landed, Partial, Progress
from desktop.core.records import Instruction, JsonObject, Passage, Source
from desktop.core.steps import Ask
from desktop.jobs.generating import GenerateReport, GenerateRequest, generate
from desktop.methods import _self_instruct_replies as replies
from desktop.store.project import Project
from tests.fakes import FAKE_MODEL, VARIED, FakeEngine, Line, Loses, Refuses, Says, by_step
from tests.jobs.scripted import WORDS, by_seed, finish, new_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        yield project


def asked(target: int = 10, *, resume: bool = False) -> GenerateRequest:
    return GenerateRequest("self_instruct", {}, target, random_seed=5, resume=resume)


def go(project: Project, engine: Engine, request: GenerateRequest, events: list[Event] | None = None) -> GenerateReport:
    return finish(generate(project, engine, request), events)


def rows_of(project: Project) -> list[Instruction]:
    views = project.candidates.get(project.candidates.ids())
    return [view.row for view in views if isinstance(view.row, Instruction)]


def one_item(instructions: str, **lines: Line) -> FakeEngine:
    """A model that answers the first request with these instructions, and has nothing to say after that."""
    first = [instructions, ""]
    return FakeEngine(by_step({"instructions": first, "classify": " No", "input_first": "", **lines}), slots=1)


# ── what comes is kept ───────────────────────────────────────────────────────────────────────────


def test_a_run_ends_when_its_target_passes(project: Project) -> None:
    events: list[Event] = []
    report = go(project, FakeEngine(by_seed(), stream=True), asked(10), events)
    assert report.passing >= 10
    assert (report.run.state, report.run.note) == ("finished", "The target is met.")
    assert not project.runs.unfinished_items(report.run.id)
    assert project.counts().passing == report.passing
    assert project.counts().runs[0].attempts == report.asked
    landed = [each for each in events if isinstance(each, Landed)]
    assert len(landed) == project.candidates.count()
    assert any(isinstance(each, Partial) for each in events)
    last = next(each for each in reversed(events) if isinstance(each, Progress))
    assert (last.done, last.total) == (report.passing, 10)
    assert last.counts["passing"] == report.passing


def test_a_row_is_committed_before_it_is_announced(project: Project) -> None:
    with Project.open(project.path, write=False) as reader:
        for event in generate(project, FakeEngine(by_seed()), asked(5)):
            if isinstance(event, Landed):
                [view] = reader.candidates.get([event.candidate.id])
                assert view.row == event.candidate.row
                assert view.passing == event.passed


def test_instances_of_an_instruction_are_one_family_and_know_their_examples(project: Project) -> None:
    go(project, FakeEngine(by_seed()), asked(10))
    views = project.candidates.get(project.candidates.ids())
    families = Counter(view.candidate.family for view in views)
    assert max(families.values()) == 2
    for view in views:
        assert len(view.candidate.parents) == 8
        [first] = project.candidates.get([view.candidate.family])
        assert lead_of(first.row) == lead_of(view.row)
        assert view.row.extra["most_similar"]


def test_an_offer_that_fell_is_kept_marked_and_never_paid_for(project: Project) -> None:
    engine = one_item(f" {VARIED[0]}\n10. Draw a picture of a boat on a lake.\n11. List seven old words for rain.")
    report = go(project, engine, asked())
    assert report.dropped == {"novelty": 1, "blocked_phrases": 1}
    assert len(engine.asked_of("classify")) == 1
    assert {row.output for row in rows_of(project)} == {None}
    assert project.counts().dropped == report.dropped


def test_a_request_that_leads_to_no_whole_conversation_leaves_no_row(project: Project) -> None:
    port: JsonObject = {"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]}
    tide: JsonObject = {"name": "tide_at", "description": "Says how high the tide is.", "parameters": port}
    list(
        project.sources.store(
            Source(0, "api.json", "f", "openapi"), (), [Passage(0, 0, "tide", "function", columns=tide)]
        )
    )
    lines = {"requests": "1. How high does the water stand at Ellersby?", "arguments": '{"port": "Skerry"}'}
    engine = FakeEngine(by_step({**lines, "incomplete": "", "question": "Where?", "supply": "There."}), slots=1)
    report = go(
        project, engine, replace(asked(), method="tool_calls", options={"requests": 1, "incomplete": 0, "wanted": 0})
    )
    assert (report.passing, project.candidates.count()) == (0, 0)
    assert sum(report.discards.values()) == 1


def test_a_second_copy_in_the_same_reply_is_rejected(project: Project) -> None:
    text = "List seven old words for rain and snow."
    report = go(project, one_item(f" {text}\n10. {text}", input_first="Output: mizzle"), asked())
    assert report.dropped == {"novelty": 1}
    assert report.passing == 1
    [kept, dropped] = project.candidates.get(project.candidates.ids())
    assert kept.row.extra["most_similar"]
    assert dropped.verdicts["novelty"].evidence.twins[0].ref.id == kept.candidate.id


@pytest.mark.parametrize(("shared", "passes"), [(7, True), (8, False)])
def test_the_border_of_novelty_is_seven_tenths(project: Project, shared: int, passes: bool) -> None:
    first = "aa bb cc dd ee ff gg hh ii jj"
    second = " ".join(first.split()[:shared] + [f"x{number}" for number in range(10 - shared)])
    report = go(project, one_item(f" {first}\n10. {second}", input_first="Output: yes"), asked())
    assert report.passing == 1 + passes


def test_an_accepted_instruction_lists_the_ten_most_similar_in_order(tmp_path: Path) -> None:
    seeds = tuple(" ".join(["Explain the sea", *WORDS[:count]]) for count in range(15))
    with new_project(tmp_path / "alike.seedbed", seeds=seeds) as project:
        go(project, one_item(" Explain in one line why the sea is salty.", input_first="Output: salt"), asked(1))
        [row] = rows_of(project)
    similar = row.extra["most_similar"]
    assert isinstance(similar, dict)
    scores = [float(str(value)) for value in similar.values()]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)
    assert isinstance(row.extra["avg_similarity_score"], float)


def test_a_conflicting_pair_takes_all_of_its_instruction_with_it(project: Project) -> None:
    engine = one_item(
        " Say if the day described is hot or cold.",
        classify=" Yes",
        output_first="Class label: hot\nDay: 20 degrees\nClass label: cold\nDay: 20 degrees\nClass label: hot\nDay: 35",
    )
    report = go(project, engine, asked())
    assert report.dropped == {"conflicting_answers": 3}
    assert report.passing == 0


def test_an_empty_answer_conflicts_with_nothing(project: Project) -> None:
    engine = one_item(
        " Say if the day described is hot or cold.",
        input_first="Example 1\nDay: 20\nOutput:\nExample 2\nDay: 20\nOutput: hot",
    )
    report = go(project, engine, asked())
    assert report.dropped == {"empty": 1}
    assert report.passing == 1


def test_accepted_instructions_become_examples_for_later_requests(project: Project) -> None:
    engine = FakeEngine(by_seed(), slots=1)
    go(project, engine, asked(20))
    first, *_rest, last = engine.asked_of("instructions")
    own = {lead_of(row) for row in rows_of(project)}
    assert not any(text in str(first.prompt) for text in own)
    assert sum(text in str(last.prompt) for text in own) == 2


def test_the_pool_of_an_earlier_run_is_drawn_from_and_compared_with(project: Project) -> None:
    text = "List seven old words for rain and snow."
    go(project, one_item(f" {text}", input_first="Output: mizzle"), asked(1))
    engine = one_item(f" {text}", input_first="Output: mizzle")
    assert go(project, engine, asked(1)).dropped == {"novelty": 1}
    assert text in str(engine.asked[0].prompt)


# ── why it ends ──────────────────────────────────────────────────────────────────────────────────


def test_a_run_that_brings_nothing_new_stops_and_says_so(project: Project) -> None:
    engine = FakeEngine(by_step({"instructions": f" {VARIED[0]}\n10. {VARIED[1]}"}))
    report = go(project, engine, asked())
    assert report.passing == 0
    assert report.run.state == "finished"
    assert "too much like" in report.run.note
    assert report.dropped["novelty"] >= 16


@pytest.mark.parametrize("reply", [Says(" and on and on", finish="length"), Says(""), Says("   \n")])
def test_a_model_that_writes_nothing_usable_stops_the_run_with_the_reason(project: Project, reply: Says) -> None:
    report = go(project, FakeEngine(by_step({"instructions": reply})), asked())
    assert report.passing == 0
    assert sum(report.discards.values()) >= 8
    [reason] = report.discards
    assert reason in report.run.note
    assert project.counts().discards == report.discards


def test_a_model_that_refuses_every_request_stops_the_run_with_its_words(project: Project) -> None:
    report = go(project, FakeEngine(by_step({"instructions": Refuses("Too long for this model.")})), asked())
    assert "Too long for this model." in report.run.note
    items = project.runs.items(report.run.id)
    assert {item.state for item in items[:8]} == {"failed"}
    assert {item.note for item in items[:8]} == {"Too long for this model."}


def test_an_item_that_kills_the_worker_is_set_aside_and_the_run_goes_on(project: Project) -> None:
    script = by_seed()
    poisoned: list[Ask] = []

    def poison(ask: Ask, random_seed: int) -> Line:
        if not poisoned:
            poisoned.append(ask)
        return Loses("It died.") if ask == poisoned[0] else script(ask, random_seed)

    report = go(project, FakeEngine(poison), asked(6))
    assert report.passing >= 6
    [failed] = [item for item in project.runs.items(report.run.id) if item.state == "failed"]
    assert failed.note == "It died."
    assert [each.finish for each in project.runs.attempts_of(failed.id)] == ["lost"] * 3


def test_a_project_without_seeds_says_what_to_do(tmp_path: Path) -> None:
    with new_project(tmp_path / "empty.seedbed", seeds=()) as project, pytest.raises(UserError) as caught:
        go(project, FakeEngine(by_seed()), asked())
    assert "seeds" in caught.value.what
    assert caught.value.remedy


def test_a_bug_in_reading_a_reply_is_raised_and_leaves_the_run_paused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> tuple[str, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr(replies, "instructions", broken)
    with pytest.raises(ZeroDivisionError):
        go(project, FakeEngine(by_seed()), asked())
    assert project.runs.all()[0].state == "paused"


# ── interrupted ──────────────────────────────────────────────────────────────────────────────────


def test_closing_pauses_at_once_and_resuming_finishes(project: Project) -> None:
    engine = FakeEngine(by_seed(), slots=4)
    job = generate(project, engine, asked(30))
    for event in job:
        if isinstance(event, Landed):
            break
    job.close()
    run = project.runs.all()[0]
    assert run.state == "paused"
    assert engine.cancelled
    before = {row.input for row in rows_of(project)}
    report = go(project, FakeEngine(by_seed(), slots=4), asked(30, resume=True))
    assert report.run.id == run.id
    assert report.passing >= 30
    assert before <= {row.input for row in rows_of(project)}
    assert_each_item_finished_once(project, report.run.id)


def test_a_resumed_run_asks_only_what_is_missing(project: Project) -> None:
    job = generate(project, FakeEngine(by_seed(), slots=1), asked(1))
    engine = FakeEngine(by_seed(), slots=1)
    while project.counts().runs == () or project.counts().runs[0].attempts < 3:
        next(job)
    job.close()
    stored = project.counts().runs[0].attempts
    report = go(project, engine, asked(1, resume=True))
    assert len(engine.asked_of("instructions")) == 0
    assert report.asked == stored + len(engine.asked)


def test_without_resume_a_new_run_is_started(project: Project) -> None:
    generate(project, FakeEngine(by_seed()), asked(5))
    first = go(project, FakeEngine(by_seed()), asked(5))
    second = go(project, FakeEngine(by_seed()), asked(5))
    assert first.run.id != second.run.id
    finished = go(project, FakeEngine(by_seed()), asked(5, resume=True))
    assert finished.run.id not in (first.run.id, second.run.id), "a finished run is not taken up again"


def test_another_model_does_not_go_on_with_a_run(project: Project) -> None:
    job = generate(project, FakeEngine(by_seed()), asked(50))
    next(event for event in job if isinstance(event, Landed))
    job.close()
    other = FakeEngine(by_seed(), model=replace(FAKE_MODEL, fingerprint="other"))
    report = go(project, other, asked(5, resume=True))
    assert report.run.fingerprint == "other"
    left, made = project.runs.all()
    assert (left.state, made.state) == ("stopped", "finished"), "the old one is not offered for ever"
    assert "new run" in left.note


def assert_each_item_finished_once(project: Project, run: int) -> None:
    """No reply twice, no row twice, and no item that still waits."""
    views = project.candidates.get(project.candidates.ids())
    rows = Counter((view.candidate.item, str(view.row)) for view in views)
    assert all(count == 1 for count in rows.values())
    assert {item.state for item in project.runs.items(run)} == {"done"}
    for item in project.runs.items(run):
        replies = Counter((each.asked, each.sample) for each in project.runs.attempts_of(item.id))
        assert all(count == 1 for count in replies.values())
