"""Which model said what is kept with its verdict, and says what is still to be asked."""

from desktop.core.records import AskedModel, Verdict
from desktop.store.project import Project
from tests.store.rows import add_rows, row

ONE = AskedModel("A model", "f" * 64, "a" * 64)
OTHER = AskedModel("A model", "f" * 64, "b" * 64)


def test_a_verdict_knows_the_model_that_gave_it(project: Project) -> None:
    first, second = add_rows(project, [row("One"), row("Two")])
    project.verdicts.put([(first, {"rating": Verdict(True, 4.5, by=ONE), "length": Verdict(True)})])
    said = project.verdicts.of([first])[first]
    assert said["rating"].by == ONE and said["length"].by is None
    assert list(project.verdicts.to_ask("rating", ONE, ())) == [second]
    assert list(project.verdicts.to_ask("rating", OTHER, ())) == [first, second]
    project.verdicts.put([(first, {"rating": Verdict(True, 4.0, by=OTHER)})])
    assert project.verdicts.of([first])[first]["rating"].by == OTHER
    project.verdicts.clear(["rating"])
    assert list(project.verdicts.to_ask("rating", OTHER, ())) == [first, second]


def test_what_a_model_said_goes_and_comes_back_with_its_run(project: Project) -> None:
    [id] = add_rows(project, [row("One")])
    project.verdicts.put([(id, {"rating": Verdict(True, 4.5, by=ONE)})])
    run = project.candidates.get([id])[0].candidate.run
    assert run is not None
    project.runs.set_state(run, "finished")
    project.user.perform("Remove", lambda edit: edit.remove_run(run)).result()
    assert not project.candidates.get([id])
    project.user.undo().result()
    assert project.verdicts.of([id])[id]["rating"].by == ONE


def test_a_rating_of_ones_own_can_be_changed_and_taken_back(project: Project) -> None:
    first, second = add_rows(project, [row("One"), row("Two")])
    project.user.perform("Rate", lambda edit: edit.rate({first: 4.0, second: 2.0}, "rating", 1.0)).result()
    project.user.perform("Rate", lambda edit: edit.rate({first: 4.5}, "rating", 2.0)).result()
    assert project.ratings.of("rating") == {first: 4.5, second: 2.0}
    project.user.perform("Forget", lambda edit: edit.take_rating_back([second], "rating")).result()
    assert project.ratings.of("rating") == {first: 4.5}
    project.user.undo().result()
    project.user.undo().result()
    assert project.ratings.of("rating") == {first: 4.0, second: 2.0}
