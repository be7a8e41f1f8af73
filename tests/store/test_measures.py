"""What passes is kept as a number, everything else as a row, and nobody can tell the difference."""

import sqlite3
from pathlib import Path

import pytest

from desktop.core.errors import UserError
from desktop.core.records import AskedModel, Candidate, Evidence, Likeness, Ref, Span, Verdict
from desktop.store import by_value, measures
from desktop.store.project import Project
from desktop.store.show import Show
from tests.store.rows import FAIL, add_rows, row, use_chain

OLD = Path(__file__).parents[1] / "projects" / "v3.seedbed"
MODEL = AskedModel("Judge", "f" * 64, "a" * 64)


def imported(project: Project, count: int) -> list[int]:
    return list(project.candidates.add(Candidate(0, 0, row(f"Row {number}")) for number in range(count)))


def said(project: Project, ids: list[int], filter_id: str) -> list[Verdict | None]:
    found = project.verdicts.of(ids)
    return [found.get(id, {}).get(filter_id) for id in ids]


def rows_stored(project: Project) -> int:
    project.path.stat()
    with sqlite3.connect(project.path) as hand:
        count: int = hand.execute("SELECT count(*) FROM verdicts").fetchone()[0]
    return count


def test_a_verdict_comes_back_as_it_was_however_it_is_kept(project: Project) -> None:
    ids = imported(project, 6)
    given = [
        Verdict(True, 0.25),
        Verdict(True),
        Verdict(False, 0.75, FAIL.reason, Evidence((Span("output", 1, 4),))),
        Verdict(True, 0.0, fix=row("Row 4, tidied")),
        Verdict(True, 4.5, by=MODEL),
        Verdict(True, float("inf")),
    ]
    project.verdicts.put((id, {"shares": verdict}) for id, verdict in zip(ids, given, strict=True))
    assert said(project, ids, "shares") == given
    assert rows_stored(project) == 3
    column = project.verdicts.judged("shares")
    assert column.ids.tolist() == ids
    assert column.passed.tolist() == [True, True, False, True, True, True]
    assert column.values.tolist()[2:] == [0.75, 0.0, 4.5, float("inf")]
    assert project.verdicts.counts() == {"shares": 6}
    assert project.insights.measured() == ("shares",)


def test_blocks_end_where_the_next_begins(project: Project) -> None:
    count = 2 * measures.BLOCK + 3
    ids = imported(project, count)
    project.verdicts.put((id, {"length": Verdict(True, float(id))}) for id in ids)
    column = project.verdicts.judged("length")
    assert column.ids.tolist() == ids
    assert column.values.tolist() == [float(id) for id in ids]
    edge = [measures.BLOCK - 1, measures.BLOCK, measures.BLOCK + 1]
    assert [each and each.value for each in said(project, edge, "length")] == [float(id) for id in edge]


def test_a_new_verdict_takes_the_place_of_the_old_one_on_either_side(project: Project) -> None:
    [id, other] = imported(project, 2)
    use_chain(project, "length", "empty")
    project.verdicts.put([(id, {"length": Verdict(True, 7.0), "empty": Verdict(True)}), (other, {"length": FAIL})])
    project.verdicts.put([(id, {"length": FAIL})], chain=("length", "empty"))
    assert project.verdicts.of([id]) == {id: {"length": FAIL}}
    project.verdicts.put([(id, {"length": Verdict(True, 8.0)})])
    assert project.verdicts.of([id, other]) == {id: {"length": Verdict(True, 8.0)}, other: {"length": FAIL}}
    assert project.counts().passing == 1


def test_what_is_said_of_one_row_takes_nothing_from_another(project: Project) -> None:
    [id, other] = imported(project, 2)
    project.verdicts.put((each, {"length": Verdict(True, 7.0), "empty": Verdict(True)}) for each in (id, other))
    project.verdicts.put([(id, {"length": Verdict(True, 8.0)}), (other, {"empty": FAIL})])
    assert project.verdicts.of([id, other]) == {
        id: {"empty": Verdict(True), "length": Verdict(True, 8.0)},
        other: {"empty": FAIL, "length": Verdict(True, 7.0)},
    }


def test_a_number_is_of_the_text_as_it_came(project: Project) -> None:
    [id, other] = imported(project, 2)
    project.verdicts.put((each, {"length": Verdict(True, 3.0)}) for each in (id, other))
    project.user.perform("Edit", lambda edit: edit.edit_row(id, row("Edited"))).result()
    assert project.verdicts.judged("length").ids.tolist() == [other]
    assert project.verdicts.of([id]) == {}
    assert list(project.candidates.ids(Show(filter="length"))) == [other]
    project.verdicts.put([(id, {"length": Verdict(True, 1.0)})])
    assert said(project, [id], "length") == [Verdict(True, 1.0)]
    assert list(project.candidates.ids(Show(filter="length"))) == [id, other]
    project.user.undo().result()
    assert said(project, [id], "length") == [Verdict(True, 3.0)]


def test_numbers_of_a_removed_run_are_gone_and_come_back_with_it(project: Project) -> None:
    kept = imported(project, 1)
    ids = add_rows(project, [row("One"), row("Two")], {place: {"length": Verdict(True, 2.0)} for place in (0, 1)})
    project.verdicts.put([(kept[0], {"length": Verdict(True, 9.0)})])
    run = project.runs.all()[-1].id
    project.runs.set_state(run, "finished")
    project.user.perform("Remove", lambda edit: edit.remove_run(run)).result()
    assert project.verdicts.judged("length").ids.tolist() == kept
    assert project.verdicts.counts() == {"length": 1}
    assert project.verdicts.of(ids) == {}
    project.user.undo().result()
    assert project.verdicts.judged("length").ids.tolist() == [*kept, *ids]


def test_another_decision_moves_a_verdict_between_number_and_row(project: Project) -> None:
    [id, fixed, edited, never] = imported(project, 4)
    fix = row("Tidied")
    alike = (Likeness(Ref("candidate", fixed), 0.6),)
    project.verdicts.put(
        [
            (id, {"novelty": Verdict(True, 0.6, likenesses=alike)}),
            (fixed, {"novelty": Verdict(True, 0.1, fix=fix)}),
            (edited, {"novelty": Verdict(True, 0.2)}),
        ]
    )
    project.user.perform("Edit", lambda edit: edit.edit_row(edited, row("Edited"))).result()
    project.verdicts.decide("novelty", ((each, FAIL) for each in (id, fixed, edited, never)))
    assert said(project, [id, fixed], "novelty") == [
        Verdict(False, reason=FAIL.reason, likenesses=alike),
        Verdict(False, reason=FAIL.reason, fix=fix),
    ]
    assert said(project, [edited, never], "novelty") == [None, None]
    project.verdicts.decide("novelty", [(id, Verdict(True, 0.6)), (fixed, Verdict(True, 0.1))])
    assert said(project, [id, fixed], "novelty") == [
        Verdict(True, 0.6, likenesses=alike),
        Verdict(True, 0.1, fix=fix),
    ]
    assert rows_stored(project) == 1


def test_a_changed_keeper_passes_again_when_it_is_undone(project: Project) -> None:
    keeper, instead = imported(project, 2)
    project.verdicts.put([(keeper, {"novelty": Verdict(True, 0.1)}), (instead, {"novelty": FAIL})])
    change = lambda edit: edit.change_keeper(keeper, instead, "novelty", FAIL)  # noqa: E731
    project.user.perform("Keep the other", change).result()
    assert project.likenesses.kept("novelty", [keeper, instead]) == {keeper: False, instead: True}
    assert not project.verdicts.judged("novelty").passed.any()
    project.user.undo().result()
    assert said(project, [keeper], "novelty") == [Verdict(True, 0.1)]
    assert project.likenesses.kept("novelty", [keeper, instead]) == {keeper: True, instead: False}


def test_rows_by_value_are_those_of_the_stage_however_far_they_lie(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_value, "_FIRST", 2)
    monkeypatch.setattr(by_value, "_GROWTH", 1)
    use_chain(project, "length", "empty")
    ids = imported(project, 40)
    project.verdicts.put(
        (id, {"length": Verdict(True, float(id % 7)), "empty": FAIL if id % 5 else Verdict(True)}) for id in ids
    )
    ordered = sorted(ids, key=lambda id: (id % 7, id))
    passing = [id for id in ordered if id % 5 == 0]
    show = Show("passing", "length", order="value")
    assert list(project.candidates.ids(show)) == passing
    assert list(project.candidates.ids(show, limit=3)) == passing[:3]
    near = Show("passing", "length", near=6.0)
    assert list(project.candidates.ids(near, limit=2)) == sorted(passing, key=lambda id: (abs(id % 7 - 6), id))[:2]
    assert list(project.candidates.ids(Show(filter="length", query="Nowhere", near=1.0))) == []
    assert list(project.candidates.ids(Show(filter="length", query='"Row 7"', near=1.0))) == [ids[7]]
    assert list(project.candidates.ids(Show("dropped", "length", near=1.0))) == []
    project.user.perform("Accept", lambda edit: edit.decide(ids[:4], "accepted", 1.0)).result()
    accepted = Show("accepted", "length", order="value", descending=True)
    assert list(project.candidates.ids(accepted)) == sorted(ids[:4], key=lambda id: (id % 7, id))[::-1]


def test_damaged_numbers_are_said_in_plain_words(project: Project) -> None:
    [id] = imported(project, 1)
    project.verdicts.put([(id, {"length": Verdict(True, 3.0)})])
    with sqlite3.connect(project.path) as hand:
        hand.execute("UPDATE measured SET numbers = x'00'")
    for ask in (
        lambda: project.verdicts.judged("length"),
        lambda: project.verdicts.of([id]),
        lambda: project.verdicts.put([(id, {"length": Verdict(True, 4.0)})]),
    ):
        with pytest.raises(UserError, match="damaged"):
            ask()


def test_an_older_file_keeps_every_verdict(path: Path) -> None:
    path.write_bytes(OLD.read_bytes())
    hand = sqlite3.connect(path)
    ids = [id for (id,) in hand.execute("SELECT id FROM candidates ORDER BY id")]
    edited = dict(hand.execute("SELECT candidate, edition FROM reviews WHERE edition > 0"))
    [first, *_others] = [id for id in ids if id not in edited]
    hand.execute("DELETE FROM verdicts")
    hand.execute("INSERT INTO models(model, fingerprint, asked) VALUES (?, ?, ?)", [*_columns(MODEL)])
    given = [
        (first, "length", 0, 1, 3.5, None),
        (first, "empty", 0, 1, None, None),
        (first, "novelty", 0, 0, 0.9, '{"message":"It says {phrase}.","values":{"phrase":"no"}}'),
        (first, "rating", 0, 1, 4.5, None),
        *((id, "length", edition, 1, 8.0, None) for id, edition in edited.items()),
    ]
    hand.executemany(
        "INSERT INTO verdicts(candidate, filter, edition, passed, value, reason) VALUES (?, ?, ?, ?, ?, ?)", given
    )
    hand.execute("INSERT INTO judged(candidate, filter, edition, model) VALUES (?, 'rating', 0, 1)", [first])
    hand.commit()
    hand.close()
    with Project.open(path) as project:
        assert project.verdicts.of([first])[first] == {
            "empty": Verdict(True),
            "length": Verdict(True, 3.5),
            "novelty": Verdict(False, 0.9, FAIL.reason),
            "rating": Verdict(True, 4.5, by=MODEL),
        }
        assert edited
        assert said(project, list(edited), "length") == [Verdict(True, 8.0)] * len(edited)
        assert rows_stored(project) == 2 + len(edited)
        assert project.verdicts.counts()["length"] == 1 + len(edited)


def _columns(by: AskedModel) -> tuple[str, str, str]:
    return by.model, by.fingerprint, by.asked
