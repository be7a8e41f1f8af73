"""Candidates come back as they came, are listed as asked, and their ids are never given twice."""

import pytest

from desktop.core.records import (
    Candidate,
    Conversation,
    Evidence,
    Feedback,
    Instruction,
    Item,
    Likeness,
    Message,
    Preference,
    Reason,
    Ref,
    Row,
    Span,
    Text,
    Twin,
    Verdict,
)
from desktop.store import candidates
from desktop.store.candidates import Judgement
from desktop.store.project import Project
from desktop.store.show import Show
from tests.store.rows import FAIL, PASS, add_rows, land, row, start_run, use_chain

TURNS = (Message("user", "你好"), Message("tool_call", '{"name": "x"}'), Message("assistant", "Hello"))
ROWS: tuple[Row, ...] = (
    Instruction("Instruction", "input", "output", "system", (("a", "b"),), task_type="qa", language="en"),
    Instruction("Unanswered", output=None, extra={"source": "x", "n": 1, "list": [None, True, 1.5]}),
    Instruction("Empty", output=""),
    Conversation(TURNS, "system", ({"name": "tool", "parameters": {}},), language="zh"),
    Preference("prompt", "good", "bad", 0.75, 1.5),
    Preference(TURNS, "good", "bad"),
    Feedback("prompt", "completion", label=None),
    Feedback(TURNS, "completion", label=False, score=2.0, critique="No."),
    Text("Plain\x00 text\r\n\u2028 with \ud83d half a pair, 🌱 and ﷺ"),
)


@pytest.mark.parametrize("given", ROWS)
def test_every_kind_comes_back_as_it_came(project: Project, given: Row) -> None:
    (id,) = project.candidates.add([Candidate(0, 0, given, origin="file.json")])
    (view,) = project.candidates.get([id])
    assert view.candidate == Candidate(id, id, given, origin="file.json")
    assert view.row == given
    assert list(project.candidates.walk()) == [view.candidate]


def test_a_view_tells_all_there_is_to_tell(project: Project) -> None:
    use_chain(project, "novelty", "length")
    verdict = Verdict(
        passed=False,
        value=0.8,
        reason=Reason("Too like {twin}, in {what}.", {"twin": "another", "what": ("wording", "length")}),
        evidence=Evidence((Span("output", 0, 3),), (Twin(Ref("seed", 4), "Write", 0.8),)),
        fix=row("Other"),
        likenesses=(Likeness(Ref("seed", 4), 0.8), Likeness(Ref("candidate", 1), 0.6)),
        average=0.25,
    )
    (id,) = add_rows(project, [row("Original")], {0: {"novelty": verdict, "length": PASS}})
    project.user.perform("Overrule", lambda edit: edit.overrule([id], "novelty", "It is not")).result()
    project.user.perform("Decide", lambda edit: edit.decide([id], "flagged", 5.0)).result()
    (view,) = project.candidates.get([id])
    assert view.verdicts == {"novelty": verdict, "length": PASS}
    assert view.overruled == {"novelty"}
    assert view.passing
    assert view.review is not None
    assert (view.review.decision, view.review.at, view.review.row) == ("flagged", 5.0, None)
    assert view.run == project.runs.all()[0]


def test_a_passing_verdict_keeps_its_value_alone(project: Project) -> None:
    twins = Evidence(twins=(Twin(Ref("seed", 1), "Write", 0.4),))
    (id,) = add_rows(project, [row("New")], {0: {"novelty": Verdict(True, 0.4, evidence=twins, average=0.1)}})
    assert project.candidates.get([id])[0].verdicts == {"novelty": Verdict(True, 0.4)}


def test_get_keeps_the_order_asked_for_and_leaves_out_what_is_not_there(project: Project) -> None:
    one, two = add_rows(project, [row("One"), row("Two")])
    assert [view.candidate.id for view in project.candidates.get([two, 99, one])] == [two, one]


def test_ids_are_never_given_twice_not_even_after_a_run_was_removed(project: Project) -> None:
    ids = add_rows(project, [row("One"), row("Two")])
    run = project.runs.all()[0]
    project.runs.set_state(run.id, "finished")
    project.user.perform("Remove", lambda edit: edit.remove_run(run.id)).result()
    path = project.path
    project.close()
    with Project.open(path) as again:
        assert again.candidates.next_id() > max(ids)


def test_lists_by_stage_filter_run_kind_and_words(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_STRETCH", 2)
    use_chain(project, "length", "novelty")
    a, b, c, d = add_rows(
        project,
        [row("Apple pie"), row("Banana pie"), row("Cherry pie"), row("Apple cake", output=None)],
        {0: {"length": PASS}, 1: {"length": FAIL, "novelty": FAIL}, 2: {"length": PASS, "novelty": FAIL}},
    )
    (other,) = project.candidates.add([Candidate(0, 0, Text("Apple tree"))])
    run = project.runs.all()[0].id

    def ids(**asked: object) -> list[int]:
        show = Show(**asked)  # type: ignore[arg-type]
        found = list(project.candidates.ids(show))
        assert project.candidates.count(show) == len(found)
        assert list(project.candidates.ids(show, limit=1)) == found[:1]
        assert [id for ids in project.candidates.ids_in_stretches(show) for id in ids] == sorted(found)
        return found

    assert ids() == [a, b, c, d, other]
    assert ids(descending=True) == [other, d, c, b, a]
    assert ids(stage="passing") == [a, other]
    assert ids(stage="dropped") == [b, c]
    assert ids(stage="dropped", filter="novelty") == [c]
    assert ids(filter="novelty") == [b, c]
    assert ids(stage="unanswered") == [d]
    assert ids(run=run) == [a, b, c, d]
    assert ids(kind="text") == [other]
    assert ids(query="apple") == [a, d, other]
    assert ids(query="apple", run=run, stage="passing") == [a]
    assert ids(query="...") == []


def test_rows_around_a_cut_come_closest_first_from_both_sides(project: Project) -> None:
    use_chain(project, "novelty")
    values = [0.1, 0.69, 0.7, 0.71, 0.75, 0.9]
    verdicts = {place: {"novelty": Verdict(value <= 0.7, value)} for place, value in enumerate(values)}
    ids = add_rows(project, [row(f"Row {value}") for value in values], verdicts)
    by_value = Show(filter="novelty", order="value", descending=True)
    assert list(project.candidates.ids(by_value)) == ids[::-1]
    near = Show(filter="novelty", near=0.702)
    assert list(project.candidates.ids(near, limit=3)) == [ids[2], ids[3], ids[1]]
    assert len(project.candidates.ids(near)) == project.candidates.count(near) == 6
    kept = Show(stage="passing", filter="novelty", near=0.702)
    assert list(project.candidates.ids(kept)) == [ids[2], ids[1], ids[0]]
    dropped = Show(stage="dropped", filter="novelty", near=0.702)
    assert list(project.candidates.ids(dropped, limit=2)) == [ids[3], ids[4]]
    judged = project.verdicts.judged("novelty")
    assert (judged.ids.tolist(), judged.values.tolist()) == (ids, values)
    assert judged.passed.tolist() == [True, True, True, False, False, False]


def test_the_pool_holds_one_of_each_family_that_passed_when_it_came(project: Project) -> None:
    use_chain(project, "length")
    first, second, _failed = add_rows(project, [row("Kept"), row("Rejected later"), row("Bad")], {2: {"length": FAIL}})
    project.candidates.add([Candidate(0, 0, row("Imported"))])
    project.verdicts.put([(first, {"length": FAIL})])
    project.user.perform("Reject", lambda edit: edit.decide([second], "rejected", 1.0)).result()
    assert [one.instruction for one in project.candidates.pool()] == ["Kept"]


def test_siblings_join_the_pool_once_and_a_failed_one_may_join_by_its_offer(project: Project) -> None:
    run = start_run(project)
    (first,) = land(project, run, [row("Other")], {})
    item = project.runs.add_item(run.id, _item(project, run.id))
    lead = project.candidates.next_id()
    sibling = project.candidates.next_id()
    rows = [
        Judgement(Candidate(lead, lead, row("Same", "a")), {"empty": FAIL}, pooled=True),
        Judgement(Candidate(sibling, lead, row("Same", "b")), {"empty": PASS}),
    ]
    project.runs.finish_item(run.id, item, rows, [])
    assert [one.ref.id for one in project.candidates.pool()] == [first, lead]


def _item(project: Project, run: int) -> Item:
    return Item(project.runs.next_ordinal(run), 1)


def test_walking_shows_rows_as_they_stand(project: Project) -> None:
    one, two = add_rows(project, [row("One"), row("Two")])
    project.user.perform("Edit", lambda edit: edit.edit_row(one, row("Edited"))).result()
    assert [walked.row for walked in project.candidates.walk()] == [row("Edited"), row("Two")]
    assert [walked.id for walked in project.candidates.walk(after=one)] == [two]
