"""Another cut: what is counted for it while it is tried, and what is decided by it once it is set."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.catalogue import filters
from desktop.core.progress import Settled
from desktop.core.records import Candidate, ChainLink, Instruction, Verdict
from desktop.jobs.costing import seconds_per_thousand
from desktop.jobs.filtering import run_filters
from desktop.jobs.recounting import read_recount
from desktop.jobs.recutting import decide_cut
from desktop.store.project import Project
from tests.jobs.scripted import finish, new_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed", seeds=("a b c d e f",)) as project:
        draw = random.Random(4)
        rows = [
            Instruction(
                " ".join(draw.choices("abcdefghijkl", k=8)),
                output=" ".join(draw.choices(("mill", "noon", "oak", "pear", "quay", "road"), k=30)),
            )
            for _number in range(120)
        ]
        project.candidates.add([Candidate(0, 0, row) for row in rows])
        yield project


def choose(project: Project, *links: ChainLink) -> None:
    project.user.perform("Set filters", lambda edit: edit.set_chain(links)).result()


def said(project: Project, filter_id: str) -> dict[int, Verdict]:
    views = project.candidates.get(project.candidates.ids())
    return {view.candidate.id: view.verdicts[filter_id] for view in views if filter_id in view.verdicts}


@pytest.mark.parametrize(
    ("filter_id", "name", "cuts"),
    [
        ("novelty", "threshold", (0.5, 0.6, 0.7, 0.8, 1.0)),
        ("repetition", "maximum", (0.01, 0.03, 0.1, 0.5)),
        ("lexical_diversity", "minimum", (2.0, 8.0, 20.0)),
        ("shares", "signs_maximum", (0.0, 0.25)),
    ],
)
def test_a_cut_that_is_tried_counts_what_judging_by_it_does(
    project: Project, filter_id: str, name: str, cuts: tuple[float, ...]
) -> None:
    about = filters()[filter_id]
    now = cuts[len(cuts) // 2]
    finish(run_filters(project, [ChainLink(filter_id, True, {name: now})]))
    recount = read_recount(project, filter_id, about, now)
    for cut in cuts:
        tried = recount.counts(recount.kept(cut))
        finish(run_filters(project, [ChainLink(filter_id, True, {name: cut})]))
        passed = [verdict.passed for verdict in said(project, filter_id).values()]
        assert tried == (sum(passed), len(passed) - sum(passed))


def test_rows_without_a_value_are_counted_on_their_side(project: Project) -> None:
    finish(run_filters(project, [ChainLink("blocked_phrases", True, {"own": ["a b"]})]))
    recount = read_recount(project, "blocked_phrases", filters()["blocked_phrases"], None)
    passed = [verdict.passed for verdict in said(project, "blocked_phrases").values()]
    assert recount.counts(~recount.fails_anyway) == (sum(passed), len(passed) - sum(passed))


@pytest.mark.parametrize(("filter_id", "name", "cut"), [("repetition", "maximum", 0.02), ("novelty", "threshold", 0.6)])
def test_a_cut_that_is_set_decides_as_judging_anew_does(
    project: Project, filter_id: str, name: str, cut: float
) -> None:
    choose(project, ChainLink(filter_id, True, {}))
    finish(run_filters(project))
    choose(project, ChainLink(filter_id, True, {name: cut}))
    finish(decide_cut(project, filter_id))
    decided = said(project, filter_id)
    finish(run_filters(project))
    anew = said(project, filter_id)
    assert [each.passed for each in decided.values()] == [each.passed for each in anew.values()]
    fallen = [id for id, verdict in anew.items() if not verdict.passed]
    assert fallen
    assert all(decided[id].reason is not None for id in fallen)
    assert [decided[id].evidence.spans for id in fallen] == [anew[id].evidence.spans for id in fallen]


@pytest.mark.parametrize(("filter_id", "name", "cut"), [("repetition", "maximum", 0.02), ("novelty", "threshold", 0.6)])
def test_a_cut_counts_before_what_follows_from_it_is_done(
    project: Project, filter_id: str, name: str, cut: float
) -> None:
    links = (ChainLink(filter_id, True, {}), ChainLink("exact_duplicate", True, {}))
    choose(project, *links)
    finish(run_filters(project))
    choose(project, replace(links[0], options={name: cut}), links[1])
    job = decide_cut(project, filter_id)
    assert any(isinstance(event, Settled) for event in job)
    settled = [verdict.passed for verdict in said(project, filter_id).values()]
    job.close()
    finish(run_filters(project))
    assert settled == [verdict.passed for verdict in said(project, filter_id).values()]


def test_rows_that_come_back_are_shown_to_the_filters_behind(project: Project) -> None:
    choose(project, ChainLink("novelty", True, {"threshold": 0.5}), ChainLink("near_duplicate", True, {}))
    finish(run_filters(project))
    before = said(project, "near_duplicate").keys()
    choose(project, ChainLink("novelty", True, {"threshold": 0.9}), ChainLink("near_duplicate", True, {}))
    finish(decide_cut(project, "novelty"))
    back = {id for id, verdict in said(project, "novelty").items() if verdict.passed} - before
    assert back
    assert back <= said(project, "near_duplicate").keys()


@pytest.mark.parametrize("cut", [0.02, 0.12, 0.5])
def test_a_filter_with_other_limits_judges_only_what_the_cut_may_change(project: Project, cut: float) -> None:
    draw = random.Random(1)
    rows = [
        Instruction(
            "Say it.", output=" ".join(draw.choices(("oak", "pear", "quay", "12345678", "?!", "-"), weights, k=60))
        )
        for weights in [(5, 5, 5, 0, 2, 0), (5, 5, 5, 9, 1, 0), (5, 5, 5, 0, 0, 9), (9, 9, 9, 0, 1, 0)] * 10
    ]
    project.candidates.add([Candidate(0, 0, row) for row in rows])
    choose(project, ChainLink("shares", True, {"signs_maximum": 0.12}), ChainLink("length", True, {}))
    finish(run_filters(project, every_row=True))
    choose(project, ChainLink("shares", True, {"signs_maximum": cut}), ChainLink("length", True, {}))
    finish(decide_cut(project, "shares"))
    decided = said(project, "shares")
    finish(run_filters(project, every_row=True))
    anew = said(project, "shares")
    assert {each.passed for each in anew.values()} == {True, False}
    assert {id: each.passed for id, each in decided.items()} == {id: each.passed for id, each in anew.items()}


def test_a_filter_that_cannot_decide_by_what_is_stored_judges_again(project: Project) -> None:
    choose(project, ChainLink("style", True, {}))
    finish(run_filters(project))
    choose(project, ChainLink("style", True, {"maximum": 0}))
    finish(decide_cut(project, "style"))
    assert all(each.passed == (each.value is None or each.value <= 0) for each in said(project, "style").values())


def test_the_cost_of_a_filter_is_measured_on_rows_that_are_there(project: Project, tmp_path: Path) -> None:
    for filter_id in ("length", "novelty"):
        seconds = seconds_per_thousand(project, ChainLink(filter_id, True, {}))
        assert seconds is not None
        assert seconds > 0
    with new_project(tmp_path / "empty.seedbed") as empty:
        assert seconds_per_thousand(empty, ChainLink("length", True, {})) is None
