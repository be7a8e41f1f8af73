"""Calibration says how a filter agrees with a person, and when that is nothing."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop.core.catalogue import filters
from desktop.core.errors import UserError
from desktop.core.records import Candidate, ChainLink, Instruction, Verdict
from desktop.jobs.calibrating import ENOUGH, calibrate, is_graded, rate, scale_of, set_good, to_rate
from desktop.store.project import Project
from tests.jobs.scripted import new_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed") as project:
        project.candidates.add([Candidate(0, 0, Instruction(f"Say {n}.", output="So.")) for n in range(40)])
        project.user.perform("Chain", lambda edit: edit.set_chain([ChainLink("rating", True, {})])).result()
        yield project


def say(project: Project, values: list[float]) -> None:
    project.verdicts.put((id, {"rating": Verdict(value >= 4.5, value)}) for id, value in enumerate(values, 1))


def test_a_judge_that_agrees_is_measured_at_its_cut_and_at_a_better_one(project: Project) -> None:
    say(project, [3.0 + n / 40 for n in range(40)])
    rate(project, "rating", {id: 5.0 if id > 20 else 1.0 for id in range(11, 31)}, 1.0)
    found = calibrate(project, "rating")
    assert found.rated == 20 and found.better_than_chance
    assert found.at_cut is not None and found.at_cut.kept_dropped == 10, "its grades are all below the cut"
    assert found.at_cut.same == 10
    assert found.suggested == pytest.approx(3.0 + 19.5 / 40)
    assert found.at_suggested is not None and found.at_suggested.same == found.at_suggested.rows


def test_a_judge_that_guesses_is_called_no_better_than_chance(project: Project) -> None:
    draw = Random(5)
    say(project, [draw.random() * 5 for _row in range(40)])
    rate(project, "rating", {id: float(id % 6) for id in range(1, 41)}, 1.0)
    assert not calibrate(project, "rating").better_than_chance


def test_rows_to_rate_are_spread_over_the_values(project: Project) -> None:
    say(project, [n / 8 for n in range(40)])
    found = calibrate(project, "rating")
    assert (found.rated, found.spearman, found.at_cut, found.suggested) == (0, None, None, None)
    rows = to_rate(project, "rating")
    assert len(rows) == ENOUGH
    assert min(rows) <= 3 and max(rows) >= 38
    rate(project, "rating", dict.fromkeys(rows, 3.0), 1.0)
    assert to_rate(project, "rating") == ()


def test_a_rating_can_be_taken_back_and_must_be_on_the_scale(project: Project) -> None:
    rate(project, "rating", {1: 4.5}, 1.0)
    assert project.ratings.of("rating:accuracy") == {1: 4.5}
    project.user.undo().result()
    assert project.ratings.of("rating:accuracy") == {}
    with pytest.raises(UserError, match="Rate from 0 to 5"):
        rate(project, "rating", {1: 6.0}, 1.0)
    with pytest.raises(UserError, match="no candidate 99"):
        rate(project, "rating", {99: 4.0}, 1.0)
    with pytest.raises(UserError, match="nothing that could be rated"):
        calibrate(project, "empty")


def test_where_a_filter_keeps_low_values_so_does_the_person(project: Project) -> None:
    project.user.perform("Chain", lambda edit: edit.set_chain([ChainLink("toxicity", True, {})])).result()
    project.verdicts.put((id, {"toxicity": Verdict(id <= 20, id / 40)}) for id in range(1, 41))
    rate(project, "toxicity", {id: float(id > 10) for id in range(1, 21)}, 1.0)
    found = calibrate(project, "toxicity")
    assert found.suggested == pytest.approx(10.5 / 40)
    assert found.at_cut is not None
    assert (found.at_cut.kept_kept, found.at_cut.dropped_kept) == (10, 10)


def test_before_the_judge_has_spoken_rows_to_rate_are_spread_over_what_passes(project: Project) -> None:
    say(project, [4.0, 4.5])
    rows = to_rate(project, "rating")
    assert len(rows) == ENOUGH and rows[:2] == (1, 2)
    assert max(rows) >= 38
    rate(project, "rating", dict.fromkeys(rows, 3.0), 1.0)
    found = calibrate(project, "rating")
    assert (found.rated, found.unvalued, found.done) == (2, 18, False)


def test_what_is_good_enough_for_the_person_stays_when_the_cut_moves(project: Project) -> None:
    say(project, [3.0 + n / 40 for n in range(40)])
    rate(project, "rating", {id: 4.0 if id > 20 else 3.0 for id in range(11, 31)}, 1.0)
    assert calibrate(project, "rating").suggested is None, "of 4.5 and more there is no row"
    scale = scale_of(project, "rating")
    assert scale.grades == (0, 1, 2, 3, 4, 5)
    project.user.perform("Good", lambda edit: set_good(edit, scale, 4.0)).result()
    before = calibrate(project, "rating")
    assert before.good == 4.0 and before.suggested == pytest.approx(3.0 + 19.5 / 40)
    moved = ChainLink("rating", True, {"minimum": before.suggested})
    project.user.perform("Chain", lambda edit: edit.set_chain([moved])).result()
    after = calibrate(project, "rating")
    assert (after.good, after.suggested) == (4.0, before.suggested)
    assert after.at_cut == before.at_suggested


def test_ratings_belong_to_what_is_graded(project: Project) -> None:
    def name(**stored: str) -> str:
        project.user.perform("Chain", lambda edit: edit.set_chain([ChainLink("rating", True, stored)])).result()
        return scale_of(project, "rating").name

    names = [name(), name(dimension="own", rubric="Tone"), name(dimension="own", rubric="Length")]
    assert names[0] == "rating:accuracy" and len(set(names)) == 3


def test_a_person_can_grade_as_a_judge_does_but_not_count_perplexity() -> None:
    graded = {id for id, leaf in filters().items() if is_graded(leaf)}
    assert {"rating", "quality_score", "aspects", "deita_quality", "rubric", "toxicity", "grounded"} <= graded
    assert not {"perplexity", "ifd", "semantic_duplicate", "length", "novelty"} & graded
