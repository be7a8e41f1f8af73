"""What passes, what is dropped and what leaves: the views against the rule in plain Python."""

import random
from dataclasses import dataclass, field

import pytest

from desktop.core.records import ChainLink, Decision, Verdict
from desktop.store.project import Project
from desktop.store.show import Show, Stage
from tests.store.rows import FAIL, PASS, add_rows, row, use_chain

FILTERS = ("length", "blocked_phrases", "novelty")


@dataclass
class Expected:
    """A row as the rule sees it."""

    answered: bool
    verdicts: dict[tuple[str, int], bool]  # (filter, number of the text) → passed
    text: int = 0
    overruled: set[tuple[str, int]] = field(default_factory=set)
    decision: Decision | None = None

    def dropped_by(self, chain: list[ChainLink]) -> str | None:
        for link in chain:
            key = (link.filter, self.text)
            if link.enabled and self.verdicts.get(key, True) is False and key not in self.overruled:
                return link.filter
        return None

    def passes(self, chain: list[ChainLink]) -> bool:
        return self.answered and self.dropped_by(chain) is None

    def leaves(self, chain: list[ChainLink], unreviewed: bool) -> bool:
        if not self.answered or self.decision == "rejected":
            return False
        return self.decision == "accepted" or (unreviewed and self.passes(chain))


def test_the_views_follow_the_rule_through_anything_a_person_does(project: Project) -> None:
    dice = random.Random(5)
    verdicts = [{name: dice.choice([PASS, PASS, FAIL]) for name in FILTERS if dice.random() < 0.8} for _ in range(40)]
    outputs = [dice.choice(["yes", "yes", None]) for _ in range(40)]
    ids = add_rows(project, [row(f"Row {n}", outputs[n]) for n in range(40)], dict(enumerate(verdicts)))
    rows = {
        id: Expected(outputs[n] is not None, {(name, 0): one.passed for name, one in verdicts[n].items()})
        for n, id in enumerate(ids)
    }
    chain: list[ChainLink] = []
    texts = 0
    for _step in range(120):
        id = dice.choice(ids)
        one = rows[id]
        match dice.randrange(6):
            case 0:
                one.decision = dice.choice(["accepted", "rejected", "flagged", None])
                _do(project, lambda edit, id=id, decision=one.decision: edit.decide([id], decision, 1.0))
            case 1:
                texts += 1
                one.text, one.answered = texts, dice.random() < 0.8
                new = row(f"Text {texts}", "yes" if one.answered else None)
                _do(project, lambda edit, id=id, new=new: edit.edit_row(id, new))
            case 2:
                name = dice.choice(FILTERS)
                one.overruled.add((name, one.text))
                _do(project, lambda edit, id=id, name=name: edit.overrule([id], name, "I know better"))
            case 3:
                name = dice.choice(FILTERS)
                one.overruled = {key for key in one.overruled if key[0] != name}
                _do(project, lambda edit, id=id, name=name: edit.restore_verdict([id], name))
            case 4:
                chain = [ChainLink(name, dice.random() < 0.7, {}) for name in dice.sample(FILTERS, dice.randint(0, 3))]
                _do(project, lambda edit, chain=chain: edit.set_chain(chain))
            case 5:
                name, passed = dice.choice(FILTERS), dice.random() < 0.5
                one.verdicts[name, one.text] = passed
                project.verdicts.put([(id, {name: PASS if passed else FAIL})])
        _compare(project, rows, chain)


def _do(project: Project, change: object) -> None:
    project.user.perform("Step", change).result()  # type: ignore[arg-type]


def _compare(project: Project, rows: dict[int, Expected], chain: list[ChainLink]) -> None:
    passing = {id for id, one in rows.items() if one.passes(chain)}
    dropped = {id: filter for id, one in rows.items() if (filter := one.dropped_by(chain))}
    counts = project.counts()
    assert _shown(project, "passing") == passing
    assert _shown(project, "dropped") == set(dropped)
    assert counts.passing == len(passing)
    assert dict(counts.dropped) == {name: list(dropped.values()).count(name) for name in set(dropped.values())}
    assert counts.unanswered == len(_shown(project, "unanswered")) == len(rows) - len(passing) - len(dropped)
    assert counts.unreviewed == len(_shown(project, "unreviewed"))
    assert _shown(project, "unreviewed") == {id for id in passing if rows[id].decision is None}
    for unreviewed in (False, True):
        leaving = {id for id, one in rows.items() if one.leaves(chain, unreviewed)}
        assert {example.id for example in project.dataset.rows(unreviewed)} == leaving
        assert project.dataset.count(unreviewed) == len(leaving)
    views = project.candidates.get(list(rows))
    assert {view.candidate.id for view in views if view.passing} == passing


def _shown(project: Project, stage: Stage) -> set[int]:
    return set(project.candidates.ids(Show(stage=stage)))


def test_no_verdict_counts_as_passing(project: Project) -> None:
    use_chain(project, "length")
    add_rows(project, [row("Never judged")])
    assert project.counts().passing == 1


def test_a_row_that_fails_twice_counts_once_under_the_first_filter_of_the_chain(project: Project) -> None:
    use_chain(project, "novelty", "length")
    add_rows(project, [row("Bad")], {0: {"length": FAIL, "novelty": FAIL}})
    assert project.counts().dropped == {"novelty": 1}
    use_chain(project, "length", "novelty")
    assert project.counts().dropped == {"length": 1}
    use_chain(project, "length", "novelty", off=["length", "novelty"])
    assert project.counts().dropped == {}


def test_an_edit_makes_verdicts_stale_and_taking_it_back_makes_them_count_again(project: Project) -> None:
    use_chain(project, "length")
    (id,) = add_rows(project, [row("Bad")], {0: {"length": FAIL}})
    _do(project, lambda edit: edit.edit_row(id, row("Better")))
    (view,) = project.candidates.get([id])
    assert (view.passing, view.verdicts) == (True, {})
    _do(project, lambda edit: edit.edit_row(id, None))
    (view,) = project.candidates.get([id])
    assert (view.passing, set(view.verdicts)) == (False, {"length"})


def test_editing_back_to_the_original_is_no_edit(project: Project) -> None:
    (id,) = add_rows(project, [row("Same")])
    _do(project, lambda edit: edit.edit_row(id, row("Other")))
    _do(project, lambda edit: edit.edit_row(id, row("Same")))
    assert project.counts().edited == 0


def test_the_text_of_another_edit_never_inherits_a_verdict(project: Project) -> None:
    use_chain(project, "length")
    (id,) = add_rows(project, [row("First")])
    _do(project, lambda edit: edit.edit_row(id, row("Second")))
    project.verdicts.put([(id, {"length": FAIL})])
    project.user.undo().result()
    _do(project, lambda edit: edit.edit_row(id, row("Third")))
    assert project.counts().passing == 1


def test_an_active_selection_limits_what_leaves_and_gives_its_order_and_splits(project: Project) -> None:
    one, two, three = add_rows(project, [row("One"), row("Two"), row("Three")])
    _do(project, lambda edit: edit.decide([one, two], "accepted", 1.0))
    with project._connections.writing() as database:
        database.run("INSERT INTO selections VALUES (1, 'ratio', '{}', 1, 0)")
        database.many("INSERT INTO choices VALUES (1, ?, ?, ?)", [(three, "test", 0), (two, "train", 1)])
    assert [(example.id, example.split) for example in project.dataset.rows()] == [(two, "train")]
    assert [example.id for example in project.dataset.rows(unreviewed=True)] == [three, two]
    assert project.dataset.count(unreviewed=True) == 2
    with project._connections.writing() as database:
        database.run("UPDATE selections SET active = 0")
    assert [example.id for example in project.dataset.rows()] == [one, two]


@pytest.mark.parametrize("verdict", [PASS, FAIL])
def test_an_unanswered_row_never_leaves_not_even_accepted(project: Project, verdict: Verdict) -> None:
    use_chain(project, "length")
    ids = add_rows(project, [row("Asked", output=None)], {0: {"length": verdict}})
    _do(project, lambda edit: edit.decide(ids, "accepted", 1.0))
    assert project.dataset.count(unreviewed=True) == 0
    _do(project, lambda edit: edit.edit_row(ids[0], row("Asked", output="")))
    assert project.dataset.count() == 1
