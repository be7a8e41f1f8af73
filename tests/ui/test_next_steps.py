"""What Home tells a person to do next, in each state of a project."""

from dataclasses import replace
from typing import Any

import pytest

from desktop.core.records import Run
from desktop.store.counts import Counts
from desktop.ui.next_steps import next_steps
from desktop.ui.standing import Standing

NOTHING = Counts(0, 0, 0, (), 0, 0, 0, {}, 0, 0, 0, 0, 0, 0, {})
EMPTY = Standing("Letters", NOTHING, 0, (), {}, {}, {}, {}, 0, "")
RUN = Run(4, "self_instruct", {}, 300, 1, "en", "Qwen", "", "", {}, "paused", "", 0.0)


def standing(**counts: Any) -> Standing:
    return replace(EMPTY, counts=replace(NOTHING, **counts))


def pages(given: Standing, *, has_model: bool = True, generating: bool = False) -> list[str]:
    return [step.page for step in next_steps(given, has_model=has_model, generating=generating)]


@pytest.mark.parametrize(
    ("given", "first"),
    [
        (EMPTY, "seeds"),
        (standing(seeds=3), "seeds"),
        (standing(seeds=20), "generate"),
        (standing(passages=40), "generate"),
        (standing(seeds=20, candidates=9, passing=9, unreviewed=9), "review"),
        (standing(seeds=20, candidates=9, passing=9, flagged=2), "review"),
        (standing(seeds=20, candidates=9, passing=9, dataset=5), "export"),
    ],
)
def test_the_first_step_follows_the_order_of_the_work(given: Standing, first: str) -> None:
    assert pages(given)[0] == first


def test_a_new_project_may_begin_with_seeds_or_with_documents() -> None:
    assert pages(EMPTY) == ["seeds", "sources"]
    assert pages(standing(passages=40), has_model=False) == ["models"]


def test_without_a_model_one_has_to_be_chosen() -> None:
    assert pages(standing(seeds=20), has_model=False) == ["models"]


def test_a_paused_run_can_go_on_and_says_how_far_it_is() -> None:
    given = replace(standing(seeds=20, candidates=231), runs=(RUN,), passing={4: 142})
    (step,) = next_steps(given, has_model=True, generating=False)
    assert step.sentence == "Run 4 is paused at 142 of 300 rows"
    assert pages(given, generating=True) == ["generate"]


def test_a_strict_filter_is_named() -> None:
    given = replace(standing(seeds=20, candidates=10, passing=2, dropped={"novelty": 8}), strictest="Novelty")
    sentences = [step.sentence for step in next_steps(given, has_model=True, generating=False)]
    assert sentences == ["80 % of the rows were dropped, most of them by “Novelty”"]


def test_nothing_waits_once_everything_is_done() -> None:
    assert pages(replace(standing(seeds=20, candidates=10, passing=10, dataset=10), exports=1)) == []


def test_there_are_never_too_many_steps() -> None:
    given = replace(standing(seeds=3, unreviewed=5, flagged=5, dataset=5, candidates=9), runs=(RUN,))
    assert len(pages(given, has_model=False)) == 4
