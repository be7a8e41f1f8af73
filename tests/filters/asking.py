"""Short ways to have a filter ask a scripted model, for the tests of filters that ask."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop.core import options
from desktop.core.catalogue import filters
from desktop.core.records import Candidate, Passage, Ref, Row, Verdict
from desktop.core.shapes import FilterContext
from desktop.core.steps import Ask, Choose, Chosen, Count, Counted, Score, Scored
from tests.fakes import Line
from tests.filters.rows import ask
from tests.methods.playing import Play

PASSAGE = Passage(7, 1, "Night buses run in Ellersby since March.", heading="Buses")


def sure_of(*options: str) -> Callable[[Any], Line]:
    """A model that shares all its probability among these options, and writes the first of them."""

    def answer(question: Any) -> Line:
        match question:
            case Choose():
                wanted = [each for each in question.options if each in options]
                return Chosen(tuple(1 / len(wanted) * (each in wanted) for each in question.options), 1.0)
            case Score():
                return Scored((-1.0,) * max(1, len(question.answer.split())))
            case Count():
                return Counted(tuple(map(len, question.texts)), tuple(len(text) // 2 for text in question.texts))
            case Ask():
                return options[0]
        raise TypeError(question)

    return answer


def context_of(filter_id: str, language: str = "en", templates: Mapping[str, str] | None = None) -> FilterContext:
    """What a project hands a filter that asks; its only passage is `PASSAGE`."""
    defaults = {prompt.step: prompt.text(language) for prompt in filters()[filter_id].prompts}
    return FilterContext(language, (), templates={**defaults, **(templates or {})}, passage={PASSAGE.id: PASSAGE}.get)


def judged(
    filter_id: str, row: Row, script: Callable[[Any], Line], language: str = "en", **chosen: Any
) -> tuple[Verdict, Play]:
    """What the filter says of a row that was made from `PASSAGE`, and what it asked."""
    leaf = filters()[filter_id]
    assert leaf.steps is not None
    made = options.from_json(leaf.options, chosen)
    play = Play(script)
    candidate = Candidate(1, 1, row, parents=(Ref("passage", PASSAGE.id),))
    verdict: Verdict = play.end(leaf.steps(candidate, made, context_of(filter_id, language)))
    return verdict, play


def prompts_of(play: Play) -> list[str]:
    """What was asked, as text."""
    return ["\n".join(each.content for each in question.prompt) for question in play.questions]  # type: ignore[union-attr]


SKY = ask("Why is the sky blue?", "Sunlight is scattered by the air.")
