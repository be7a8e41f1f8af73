"""Another threshold, replayed from what is stored, decides exactly as judging anew does."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.records import Candidate, ChainLink, Instruction, Ref, Verdict
from desktop.jobs.clusters import clusters, keeping
from desktop.jobs.filtering import run_filters
from desktop.jobs.redeciding import read_replay, redecide
from desktop.store.project import Project
from tests.jobs.scripted import finish, new_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with new_project(tmp_path / "p.seedbed", seeds=("a b c d e f", "g h i j k l")) as project:
        yield project


def bring(project: Project, *texts: str) -> None:
    project.candidates.add([Candidate(0, 0, Instruction(instruction=text, output="So.")) for text in texts])


def judge(project: Project, threshold: float) -> None:
    finish(run_filters(project, [ChainLink("novelty", True, {"threshold": threshold})]))


def said(project: Project) -> dict[int, Verdict]:
    return {view.candidate.id: view.verdicts["novelty"] for view in project.candidates.get(project.candidates.ids())}


def many(project: Project, random_seed: int) -> None:
    draw = random.Random(random_seed)
    bring(project, *(" ".join(draw.choices("abcdefghijkl", k=draw.randint(3, 10))) for _ in range(200)))


@pytest.mark.parametrize("random_seed", range(3))
def test_counts_at_every_threshold_are_those_of_judging_anew(project: Project, random_seed: int) -> None:
    many(project, random_seed)
    judge(project, 0.7)
    replay = read_replay(project, "novelty")
    for threshold in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        kept = replay.kept(threshold)
        judge(project, threshold)
        assert kept.tolist() == [each.passed for each in said(project).values()]
        assert replay.counts(threshold) == (sum(kept), len(kept) - sum(kept))


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.9])
def test_deciding_again_stores_what_judging_anew_would(project: Project, threshold: float) -> None:
    many(project, 7)
    judge(project, 0.7)
    before = said(project)
    changed = finish(redecide(project, "novelty", threshold))
    again = said(project)
    assert changed == sum(before[id].passed != again[id].passed for id in before) > 0
    judge(project, threshold)
    for id, anew in said(project).items():
        assert again[id].passed == anew.passed
        if anew.value is not None and anew.value >= 0.5:
            assert again[id].value == anew.value
        if not anew.passed:
            assert again[id].evidence.twins[0] == anew.evidence.twins[0]
            assert str(again[id].reason) == str(anew.reason)


def test_there_and_back_changes_nothing(project: Project) -> None:
    many(project, 8)
    judge(project, 0.7)
    before = {id: each.passed for id, each in said(project).items()}
    finish(redecide(project, "novelty", 0.9))
    finish(redecide(project, "novelty", 0.7))
    assert {id: each.passed for id, each in said(project).items()} == before


def test_a_project_without_rows_has_nothing_to_decide(project: Project) -> None:
    assert read_replay(project, "novelty").counts(0.7) == (0, 0)
    assert finish(redecide(project, "novelty", 0.7)) == 0


def test_rows_and_seeds_that_are_alike_make_a_cluster(project: Project) -> None:
    bring(project, "m n o p q r", "m n o p q s", "m n o p t s", "a b c d e x", "u v w x y z")
    judge(project, 0.7)
    found = clusters(project, "novelty", 0.7)
    assert [each.members for each in found] == [
        (Ref("candidate", 1), Ref("candidate", 2), Ref("candidate", 3)),
        (Ref("seed", 1), Ref("candidate", 4)),
    ]
    # The third is like the second alone, which fell: it stays beside the first.
    assert found[0].keepers == (Ref("candidate", 1), Ref("candidate", 3))
    assert found[1].keepers == (Ref("seed", 1),)


def test_another_keeper_can_be_chosen_and_taken_back(project: Project) -> None:
    bring(project, "m n o p q r", "m n o p q s")
    project.user.perform("Set", lambda edit: edit.set_chain([ChainLink("novelty", True, {})])).result()
    judge(project, 0.7)

    def standing() -> tuple[list[bool], tuple[Ref, ...]]:
        rows = project.candidates.get([1, 2])
        return [row.passing for row in rows], clusters(project, "novelty", 0.7)[0].keepers

    assert standing() == ([True, False], (Ref("candidate", 1),))
    project.user.perform("Keep", keeping(project, "novelty", 2, keeper=1)).result()
    assert standing() == ([False, True], (Ref("candidate", 2),))
    assert said(project)[1].evidence.twins[0].text == "m n o p q s"
    project.user.undo().result()
    assert standing() == ([True, False], (Ref("candidate", 1),))
    project.user.redo().result()
    project.user.perform("Keep", keeping(project, "novelty", 1, keeper=2)).result()
    assert standing() == ([True, False], (Ref("candidate", 1),))
