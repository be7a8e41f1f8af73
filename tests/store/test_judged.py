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
