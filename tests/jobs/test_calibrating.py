"""Calibration says how a filter agrees with a person, and when that is nothing."""

import math
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop.core.errors import UserError
from desktop.core.records import Candidate, ChainLink, Instruction, Verdict
from desktop.jobs.calibrating import ENOUGH, by_chance, calibrate, rate, spearman
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


def test_spearman_gives_equals_the_mean_of_their_ranks() -> None:
    assert spearman([1, 2, 3], [10, 20, 30]) == pytest.approx(1.0)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    # By hand: ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4; 4.5 / sqrt(4.5 * 5).
    assert spearman([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(4.5 / math.sqrt(4.5 * 5))
    assert spearman([1, 1, 1], [1, 2, 3]) is None
    assert spearman([], []) is None


def test_chance_is_small_for_agreement_and_large_for_none() -> None:
    ordered = [float(n) for n in range(20)]
    mixed = Random(3).sample(ordered, 20)
    assert by_chance(ordered, ordered, 1.0) < 0.001
    assert by_chance(ordered, mixed, spearman(ordered, mixed) or 0.0) > 0.05
    # Of three the order is right by chance in one of six.
    assert by_chance([1, 2, 3], [1, 2, 3], 1.0) == pytest.approx(1 / 6, abs=0.02)


def test_a_judge_that_agrees_is_measured_at_its_cut_and_at_a_better_one(project: Project) -> None:
    say(project, [3.0 + n / 40 for n in range(40)])
    rate(project, "rating", {id: 5.0 if id > 20 else 1.0 for id in range(11, 31)}, 1.0)
    found = calibrate(project, "rating")
    assert found.rated == 20 and found.better_than_chance
    assert found.at_cut is not None and found.at_cut.kept_dropped == 10, "its grades are all below the cut"
    assert found.at_cut.agreement == 0.5
    assert found.suggested == pytest.approx(3.0 + 19.5 / 40)
    assert found.at_suggested is not None and found.at_suggested.agreement == 1.0


def test_a_judge_that_guesses_is_called_no_better_than_chance(project: Project) -> None:
    draw = Random(5)
    say(project, [draw.random() * 5 for _row in range(40)])
    rate(project, "rating", {id: float(id % 6) for id in range(1, 41)}, 1.0)
    assert not calibrate(project, "rating").better_than_chance


def test_rows_to_rate_are_spread_over_the_values(project: Project) -> None:
    say(project, [n / 8 for n in range(40)])
    found = calibrate(project, "rating")
    assert (found.rated, found.spearman, found.at_cut, found.suggested) == (0, None, None, None)
    assert len(found.to_rate) == ENOUGH
    assert min(found.to_rate) <= 3 and max(found.to_rate) >= 38
    rate(project, "rating", dict.fromkeys(found.to_rate, 3.0), 1.0)
    assert calibrate(project, "rating").to_rate == ()


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
