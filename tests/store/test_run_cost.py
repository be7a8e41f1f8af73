"""The cost of a run is the sum of its replies, those that were lost left out."""

from pathlib import Path

from desktop.core.records import Attempt, Item
from desktop.store.counts import RunCost
from desktop.store.project import Project


def test_replies_are_summed_run_by_run(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.seedbed", title="P", language="en") as project:
        runs = [
            project.runs.start(
                "self_instruct", {}, target=1, random_seed=1, language="en", model=None, prompts_hash="", sampling={}
            )
            for _number in range(2)
        ]
        item = project.runs.add_item(runs[0].id, Item(0, 1))
        replies = [
            Attempt(item.id, "answer", 0, "", "", "", finish, 1, 10, tokens, 2.0)
            for finish, tokens in (("stop", 40), ("length", 60), ("lost", 0))
        ]
        project.runs.add_attempts(replies)
        assert project.runs.cost(runs[0].id) == RunCost(2, 100, 4.0)
        assert project.runs.cost(runs[1].id) == RunCost()
