"""The chain judges offers, families and whole rows, and remembers a project as it was judged."""

from pathlib import Path

import pytest

from desktop.core.catalogue import filters
from desktop.core.errors import UserError
from desktop.core.records import Candidate, ChainLink, Instruction
from desktop.core.shapes import FilterContext
from desktop.jobs.judging import PUBLISHED, Chain, links_of, passes
from desktop.methods.self_instruct import METHOD
from tests.fakes import VARIED, seeds
from tests.jobs.scripted import finish, new_project, run

CONTEXT = FilterContext("en", seeds(*VARIED))


def chain(*links: ChainLink) -> Chain:
    return Chain(links or PUBLISHED, CONTEXT)


def row(id: int, instruction: str, output: str | None = None, *, input: str = "", family: int = 0) -> Candidate:
    return Candidate(id, family or id, Instruction(instruction=instruction, input=input, output=output), run=1, item=1)


def test_the_published_chain_is_made_of_filters_that_exist_and_is_the_methods_default() -> None:
    assert {link.filter for link in PUBLISHED} <= set(filters())
    assert tuple(link.filter for link in PUBLISHED) == METHOD.default_filters


def test_all_rules_are_heard_and_novelty_only_where_they_pass() -> None:
    judged = chain().offer(row(1, "Draw this"))
    assert not judged
    assert {id for id, verdict in judged.verdicts.items() if not verdict.passed} == {"length", "blocked_phrases"}
    assert "novelty" not in judged.verdicts


def test_what_a_rule_dropped_keeps_nothing_out() -> None:
    at_work = chain()
    assert not at_work.offer(row(1, "* Say how bread is made in a village."))
    assert at_work.offer(row(2, "Say how bread is made in a village."))


def test_what_was_accepted_keeps_its_copies_out() -> None:
    at_work = chain()
    assert at_work.offer(row(1, "Say how bread is made in a village."))
    again = at_work.offer(row(2, "Say how bread is made in a small village."))
    assert not again
    assert at_work.dropped_by(again.verdicts) == "novelty"


def test_rows_keep_what_was_said_of_their_offer() -> None:
    at_work = chain()
    judged = at_work.offer(row(1, "Say how bread is made in a village."))
    family = [
        row(1, "Say how bread is made in a village.", "Slowly."),
        row(2, "Say how bread is made in a village.", "", family=1),
        row(3, "Say how bread is made in a village.", "Slowly.", family=1),
    ]
    first, empty, twin = at_work.judge(family, judged.verdicts)
    assert first["novelty"] is judged.verdicts["novelty"]
    assert passes(first)
    assert at_work.dropped_by(empty) == "empty"
    assert at_work.dropped_by(twin) == "exact_duplicate"
    assert all(at_work.pooled(each) for each in (first, empty, twin)), "the instruction itself is as good as before"
    assert list(first) == [link.filter for link in PUBLISHED]


def test_families_ruled_together_are_ruled_as_each_alone() -> None:
    at_work = chain(*PUBLISHED, ChainLink("repetition", True, {}))
    families = [
        [row(1, "Say how bread is made.", "Slowly."), row(2, "Say how bread is made.", "", family=1)],
        [Candidate(3, 3, Instruction("Draw this", output="No."))],
        [row(4, "Say how bread is made.", "Ha " * 40), row(5, "Say it.", "Ha.", family=4)],
    ]
    together = at_work.rule(families)
    assert together == [at_work.rule([family])[0] for family in families]
    assert [[each.of_lead is None for each in ruled] for ruled in together] == [[False] * 2, [True], [False] * 2]
    assert "repetition" not in together[1][0].verdicts, "what a cheaper one dropped is not looked at any more"
    assert not together[2][0].verdicts["repetition"].passed


def test_what_passes_the_rules_is_read_for_the_filters_that_compare() -> None:
    at_work = chain(*PUBLISHED, ChainLink("near_duplicate", True, {}))
    families = [[row(1, "Say how bread is made.", "Slowly.")], [row(2, "Draw this", "No.")]]
    [[passed], [fell]] = at_work.rule(families, read=True)
    assert set(passed.readings) == {"exact_duplicate", "conflicting_answers", "near_duplicate"}
    assert not fell.readings
    told = at_work.judge(families[0], ruled=[passed])
    assert told == chain(*PUBLISHED, ChainLink("near_duplicate", True, {})).judge(families[0])


def test_imported_rows_are_judged_whole() -> None:
    at_work = chain()
    whole = Candidate(1, 1, Instruction(instruction="Say how bread is made in a village.", output=""))
    [verdicts] = at_work.judge([whole])
    assert at_work.dropped_by(verdicts) == "empty"
    assert "novelty" not in verdicts, "a row that fell keeps no later one out"
    assert not at_work.pooled(verdicts)


def test_a_filter_that_is_switched_off_says_nothing() -> None:
    at_work = chain(ChainLink("length", False, {}), ChainLink("empty", True, {}))
    assert at_work.filters == ("empty",)
    assert at_work.offer(row(1, "Go"))


@pytest.mark.parametrize("link", [ChainLink("no_such", True, {}), ChainLink("length", True, {"no_such": 1})])
def test_a_chain_that_cannot_be_says_why(link: ChainLink) -> None:
    with pytest.raises(UserError):
        chain(link)


def test_a_warmed_chain_judges_as_the_one_that_worked(tmp_path: Path) -> None:
    with new_project(tmp_path / "p.seedbed") as project:
        finish(run(project, 20, slots=1))
        context = FilterContext(project.language, project.seeds.all())
        warmed = Chain(links_of(project), context)
        assert sum(1 for _done in warmed.warm(project)) == 0, "few rows are read in one go"
        for view in project.candidates.get(project.candidates.ids())[:5]:
            lead = view.row.instruction if isinstance(view.row, Instruction) else ""
            judged = warmed.offer(row(10_000, lead))
            assert warmed.dropped_by(judged.verdicts) == "novelty"
            assert judged.verdicts["novelty"].value == 1.0
        assert warmed.offer(row(10_001, "Say how bread is made in a village."))
